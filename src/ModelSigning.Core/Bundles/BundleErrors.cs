using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Bundles;

/// <summary>The refusals of bundles, before anything in them is verified.</summary>
public static class BundleErrors
{
    /// <summary>There is no such file.</summary>
    public static readonly ErrorDefinition BundleNotFound = new("BundleNotFound", ErrorKind.ObjectNotFound,
        "There is no signature file at the given path.",
        "If the signature is elsewhere, specify its path with -SignaturePath.");

    /// <summary>The file cannot be read.</summary>
    public static readonly ErrorDefinition BundleUnreadable = new("BundleUnreadable", ErrorKind.ReadError,
        "The operating system does not let this user read the signature file, or reported an error while it was read.",
        "Give the user read access, or look at the disk or share that holds the file.");

    /// <summary>The file has no content.</summary>
    public static readonly ErrorDefinition BundleEmpty = new("BundleEmpty", ErrorKind.InvalidData,
        "The signature file is empty.",
        "Fetch the signature again; an interrupted copy leaves such a file.");

    /// <summary>The text ends too early.</summary>
    public static readonly ErrorDefinition BundleTruncated = new("BundleTruncated", ErrorKind.InvalidData,
        "The signature file ends in the middle of its JSON.",
        "Fetch the signature again; an interrupted copy leaves such a file.");

    /// <summary>The text is no JSON object in UTF-8, or a value is not of its type.</summary>
    public static readonly ErrorDefinition BundleMalformed = new("BundleMalformed", ErrorKind.InvalidData,
        "The file is no Sigstore bundle: it is not one JSON object in UTF-8, or a member does not hold what the format wants.",
        "Check that the file is the signature and not something else, and fetch it again from who made it.");

    /// <summary>Two members of one name.</summary>
    public static readonly ErrorDefinition BundleDuplicateMember = new("BundleDuplicateMember", ErrorKind.InvalidData,
        "An object of the signature file has two members of one name, so that two readers could understand it differently.",
        "Treat the file as tampered with and fetch the signature again from who made it.");

    /// <summary>Nested too deeply.</summary>
    public static readonly ErrorDefinition BundleTooDeep = new("BundleTooDeep", ErrorKind.LimitsExceeded,
        "The signature file nests objects or arrays more than 64 levels deep, which no bundle does.",
        "Treat the file as hostile and fetch the signature again from who made it.");

    /// <summary>Too many bytes, log entries, timestamps or certificates.</summary>
    public static readonly ErrorDefinition BundleTooLarge = new("BundleTooLarge", ErrorKind.LimitsExceeded,
        "The signature file is larger than 64 MiB, has more than 4 MiB beside its payload, or more than 32 log entries, timestamps or certificates.",
        "Check that the file is the signature and not the model; a model of so many files is signed in parts.");

    /// <summary>Not one of the four media types.</summary>
    public static readonly ErrorDefinition BundleMediaTypeUnknown = new("BundleMediaTypeUnknown", ErrorKind.InvalidData,
        "The file's mediaType is none of the bundle formats 0.1, 0.2 and 0.3.",
        "Check that the file is a Sigstore bundle; a newer format needs a newer version of this module.");

    /// <summary>A signature of another, older format.</summary>
    public static readonly ErrorDefinition BundleFormatOutdated = new("BundleFormatOutdated", ErrorKind.InvalidData,
        "The file is a signature as cosign wrote it before version 3, and not a Sigstore bundle.",
        "Ask the signer for a Sigstore bundle. Cosign 3 writes it by default, and cosign 2.4 with --new-bundle-format.");

    /// <summary>Not exactly one signature.</summary>
    public static readonly ErrorDefinition BundleSignatureCount = new("BundleSignatureCount", ErrorKind.InvalidData,
        "The envelope does not have exactly one signature.",
        "Sign the model anew; a bundle carries one signature.");

    /// <summary>A required member is absent or out of its range.</summary>
    public static readonly ErrorDefinition BundleIncomplete = new("BundleIncomplete", ErrorKind.InvalidData,
        "A member that every bundle needs is absent or empty, or a number is out of its range.",
        "Fetch the signature again from who made it, or sign the model anew.");

    /// <summary>No key or certificate.</summary>
    public static readonly ErrorDefinition BundleWithoutMaterial = new("BundleWithoutMaterial", ErrorKind.InvalidData,
        "The bundle names neither a public key nor a certificate, or its certificate chain is empty.",
        "Fetch the signature again from who made it, or sign the model anew.");
}
