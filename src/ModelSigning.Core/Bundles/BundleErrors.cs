using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Bundles;

/// <summary>The refusals of bundles, before anything in them is verified.</summary>
internal static class BundleErrors
{
    /// <summary>There is no such file.</summary>
    public static readonly ErrorDefinition BundleNotFound = new("BundleNotFound", ErrorKind.ObjectNotFound,
        "The signature file does not exist.",
        "If the signature is elsewhere, specify its path with -SignaturePath.");

    /// <summary>The file cannot be read.</summary>
    public static readonly ErrorDefinition BundleUnreadable = new("BundleUnreadable", ErrorKind.ReadError,
        "The signature file cannot be read: access is denied, or the operating system reported an error.",
        "Grant the user read access, or check the disk or share that holds the file.");

    /// <summary>The file has no content.</summary>
    public static readonly ErrorDefinition BundleEmpty = new("BundleEmpty", ErrorKind.InvalidData,
        "The signature file is empty.",
        "Copy the signature again. An interrupted copy can leave such a file.");

    /// <summary>The text ends too early.</summary>
    public static readonly ErrorDefinition BundleTruncated = new("BundleTruncated", ErrorKind.InvalidData,
        "The signature file ends in the middle of its JSON.",
        "Copy the signature again. An interrupted copy can leave such a file.");

    /// <summary>The text is not a JSON object in UTF-8, or a value is not of its type.</summary>
    public static readonly ErrorDefinition BundleMalformed = new("BundleMalformed", ErrorKind.InvalidData,
        "The file is not a Sigstore bundle: it is not one JSON object in UTF-8, or a member has a value that is not valid.",
        "Check that the file is a signature, and get it again from the signer.");

    /// <summary>Two members of one name.</summary>
    public static readonly ErrorDefinition BundleDuplicateMember = new("BundleDuplicateMember", ErrorKind.InvalidData,
        "An object in the signature file has two members with the same name, so two readers could interpret it differently.",
        "Do not trust the file: it may have been changed. Get the signature again from the signer.");

    /// <summary>Nested too deeply.</summary>
    public static readonly ErrorDefinition BundleTooDeep = new("BundleTooDeep", ErrorKind.LimitsExceeded,
        "The signature file nests objects or arrays more than 64 levels deep.",
        "Do not trust the file: no signing tool writes this. Get the signature again from the signer.");

    /// <summary>Too many bytes, log entries, timestamps or certificates.</summary>
    public static readonly ErrorDefinition BundleTooLarge = new("BundleTooLarge", ErrorKind.LimitsExceeded,
        "The signature file is larger than 1.5 GiB, has more than 4 MiB beside its payload, or more than 32 log entries, timestamps or certificates.",
        "Check that the file is the signature and not the model. Sign a model with very many files in parts.");

    /// <summary>Not one of the four media types.</summary>
    public static readonly ErrorDefinition BundleMediaTypeUnknown = new("BundleMediaTypeUnknown", ErrorKind.InvalidData,
        "The file's mediaType is not one of the bundle formats 0.1, 0.2 and 0.3.",
        "Check that the file is a Sigstore bundle. If its format is newer, update this module.");

    /// <summary>A signature of another, older format.</summary>
    public static readonly ErrorDefinition BundleFormatOutdated = new("BundleFormatOutdated", ErrorKind.InvalidData,
        "The file is a signature in the format of cosign before version 3, not a Sigstore bundle.",
        "Ask the signer for a Sigstore bundle. Cosign 3 writes it by default, and cosign 2.4 with --new-bundle-format.");

    /// <summary>Not exactly one signature.</summary>
    public static readonly ErrorDefinition BundleSignatureCount = new("BundleSignatureCount", ErrorKind.InvalidData,
        "The envelope does not have exactly one signature.",
        "Sign the model again.");

    /// <summary>A required member is absent or out of its range.</summary>
    public static readonly ErrorDefinition BundleIncomplete = new("BundleIncomplete", ErrorKind.InvalidData,
        "A member that every bundle needs is missing or empty, or a number is out of range.",
        "Get the signature again from the signer, or sign the model again.");

    /// <summary>No key or certificate.</summary>
    public static readonly ErrorDefinition BundleWithoutMaterial = new("BundleWithoutMaterial", ErrorKind.InvalidData,
        "The bundle contains neither a public key nor a certificate, or its certificate chain is empty.",
        "Get the signature again from the signer, or sign the model again.");
}
