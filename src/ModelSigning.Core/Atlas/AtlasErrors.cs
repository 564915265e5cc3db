using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Atlas;

/// <summary>The refusals of Intel Atlas manifests.</summary>
internal static class AtlasErrors
{
    /// <summary>No manifest there.</summary>
    public static readonly ErrorDefinition AtlasNotFound = new("AtlasNotFound", ErrorKind.ObjectNotFound,
        "The Atlas manifest, or the store of manifests, does not exist.",
        "Check the path and the id. A store is the folder that atlas-cli was given as --storage-url.");

    /// <summary>It is there and cannot be read.</summary>
    public static readonly ErrorDefinition AtlasUnreadable = new("AtlasUnreadable", ErrorKind.ReadError,
        "A file of an Atlas store, or a file that a manifest names, cannot be read.",
        "Check the file's permissions, and that it is a regular file.");

    /// <summary>Not an Atlas manifest.</summary>
    public static readonly ErrorDefinition AtlasMalformed = new("AtlasMalformed", ErrorKind.InvalidData,
        "The file is not an Atlas manifest in JSON, CBOR or CBOR as hexadecimal digits, or a member is absent or of another type.",
        "Ask for the manifest again, as atlas-cli writes it.");

    /// <summary>A bound.</summary>
    public static readonly ErrorDefinition AtlasTooLarge = new("AtlasTooLarge", ErrorKind.LimitsExceeded,
        "The Atlas manifest is larger than 16 MiB or nested more than 64 levels deep, the store holds more than 100,000 manifests, or its references lead to more than 1 GiB of them.",
        "Give the path of one manifest, or a smaller store.");

    /// <summary>Another document of the same tools.</summary>
    public static readonly ErrorDefinition AtlasKindWrong = new("AtlasKindWrong", ErrorKind.InvalidArgument,
        "The file is a signature or a statement of another kind and not an Atlas manifest.",
        "Verify the signature of a model with Test-ModelSignature, and another Sigstore bundle with Test-SigstoreBundle.");

    /// <summary>A digest of the wrong length or alphabet.</summary>
    public static readonly ErrorDefinition AtlasDigestInvalid = new("AtlasDigestInvalid", ErrorKind.InvalidData,
        "A digest in the manifest is not hexadecimal, or not as long as its algorithm's digests are.",
        "Do not use the manifest. Ask who made it for another one.");

    /// <summary>A path that leads out of the model.</summary>
    public static readonly ErrorDefinition AtlasPathEscapes = new("AtlasPathEscapes", ErrorKind.InvalidData,
        "The manifest or the store's index names a file by a path with '..', without a name, or with a character that no path has.",
        "Do not use the manifest. Ask who made it for another one.");

    /// <summary>A file differs.</summary>
    public static readonly ErrorDefinition AtlasFileMismatch = new("AtlasFileMismatch", ErrorKind.SecurityError,
        "A file that the manifest names is missing, or its digest is another one.",
        "Do not use the files. Compare them with where they were published.");

    /// <summary>A reference does not hold.</summary>
    public static readonly ErrorDefinition AtlasReferenceMismatch = new("AtlasReferenceMismatch", ErrorKind.SecurityError,
        "A manifest that this one refers to is missing from the store, or its digest is another one.",
        "Ask for the whole store again. References lie outside the signature, so anybody can add or change them.");

    /// <summary>A circle.</summary>
    public static readonly ErrorDefinition AtlasReferenceCycle = new("AtlasReferenceCycle", ErrorKind.InvalidData,
        "The references of the manifests lead in a circle, so that something would have been made of itself.",
        "Do not use the store. Ask who made it for another one.");

    /// <summary>The signature does not verify.</summary>
    public static readonly ErrorDefinition AtlasSignatureInvalid = new("AtlasSignatureInvalid", ErrorKind.SecurityError,
        "The claim of the manifest is not signed by the key that was given, or it was changed afterwards.",
        "Check that the key belongs to the publisher, and give -HashAlgorithm if it was not sha384.");

    /// <summary>No signature to verify.</summary>
    public static readonly ErrorDefinition AtlasSignatureMissing = new("AtlasSignatureMissing", ErrorKind.SecurityError,
        "A key was given, and the manifest has no signature that can be verified with it.",
        "Ask the publisher for a signed manifest. The envelope that atlas-cli writes with --format=oms is not one, because it does not sign what DSSE says.");

    /// <summary>A key that cannot be used.</summary>
    public static readonly ErrorDefinition AtlasKeyRefused = new("AtlasKeyRefused", ErrorKind.InvalidArgument,
        "The public key cannot verify Atlas manifests: it is neither RSA of at least 2,048 bits nor on P-256, P-384 or P-521, or the file holds none.",
        "Give the publisher's public key in PEM (-----BEGIN PUBLIC KEY-----).");
}
