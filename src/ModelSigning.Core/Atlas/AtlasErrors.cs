using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Atlas;

/// <summary>The refusals of Intel Atlas manifests.</summary>
internal static class AtlasErrors
{
    /// <summary>No manifest there.</summary>
    public static readonly ErrorDefinition AtlasNotFound = new("AtlasNotFound", ErrorKind.ObjectNotFound,
        "The Atlas manifest, or the store of manifests, does not exist.",
        "Check the path and the id. A store is the folder that was passed to atlas-cli as --storage-url.");

    /// <summary>It is there and cannot be read.</summary>
    public static readonly ErrorDefinition AtlasUnreadable = new("AtlasUnreadable", ErrorKind.ReadError,
        "A file of an Atlas store, or a file that a manifest lists, cannot be read.",
        "Check the file's permissions, and that it is a regular file.");

    /// <summary>Not an Atlas manifest.</summary>
    public static readonly ErrorDefinition AtlasMalformed = new("AtlasMalformed", ErrorKind.InvalidData,
        "The file is not an Atlas manifest in JSON, CBOR or hexadecimal CBOR, or a member is missing or has the wrong type.",
        "Get the manifest again, as atlas-cli writes it.");

    /// <summary>A bound.</summary>
    public static readonly ErrorDefinition AtlasTooLarge = new("AtlasTooLarge", ErrorKind.LimitsExceeded,
        "The Atlas manifest is larger than 16 MiB or nested more than 64 levels deep, the store holds more than 100,000 manifests, or its references lead to more than 1 GiB of them.",
        "Specify the path of one manifest, or a smaller store.");

    /// <summary>Another document of the same tools.</summary>
    public static readonly ErrorDefinition AtlasKindWrong = new("AtlasKindWrong", ErrorKind.InvalidArgument,
        "The file is not an Atlas manifest, but another kind of signature or statement.",
        "Use Test-ModelSignature for the signature of a model, and Test-SigstoreBundle for other Sigstore bundles.");

    /// <summary>A digest of the wrong length or alphabet.</summary>
    public static readonly ErrorDefinition AtlasDigestInvalid = new("AtlasDigestInvalid", ErrorKind.InvalidData,
        "A digest in the manifest is not hexadecimal, or does not have the length of its algorithm.",
        "Do not use the manifest. Ask its author for a correct one.");

    /// <summary>A path that leads out of the model.</summary>
    public static readonly ErrorDefinition AtlasPathEscapes = new("AtlasPathEscapes", ErrorKind.InvalidData,
        "The manifest or the store's index lists a path that contains '..', is empty, or contains a character that is not valid.",
        "Do not use the manifest. Ask its author for a correct one.");

    /// <summary>A file differs.</summary>
    public static readonly ErrorDefinition AtlasFileMismatch = new("AtlasFileMismatch", ErrorKind.SecurityError,
        "A file that the manifest lists is missing, or its digest does not match.",
        "Do not use the files. Download them again from their publisher.");

    /// <summary>A reference does not hold.</summary>
    public static readonly ErrorDefinition AtlasReferenceMismatch = new("AtlasReferenceMismatch", ErrorKind.SecurityError,
        "A manifest that this one refers to is missing from the store, or its digest does not match.",
        "Get the whole store again. References are not signed, so anyone can add or change them.");

    /// <summary>A cycle.</summary>
    public static readonly ErrorDefinition AtlasReferenceCycle = new("AtlasReferenceCycle", ErrorKind.InvalidData,
        "The references between the manifests form a cycle.",
        "Do not use the store. Ask its author for a correct one.");

    /// <summary>The signature does not verify.</summary>
    public static readonly ErrorDefinition AtlasSignatureInvalid = new("AtlasSignatureInvalid", ErrorKind.SecurityError,
        "The manifest's claim was not signed with the specified key, or was changed after it was signed.",
        "Check that the key belongs to the publisher. If the claim was not signed with sha384, specify -HashAlgorithm.");

    /// <summary>No signature to verify.</summary>
    public static readonly ErrorDefinition AtlasSignatureMissing = new("AtlasSignatureMissing", ErrorKind.SecurityError,
        "A key was specified, but the manifest has no signature that the key can verify.",
        "Ask the publisher for a signed manifest. The envelope of atlas-cli --format=oms is not signed as DSSE specifies.");

    /// <summary>A key that cannot be used.</summary>
    public static readonly ErrorDefinition AtlasKeyRefused = new("AtlasKeyRefused", ErrorKind.InvalidArgument,
        "The public key cannot verify Atlas manifests. It must be an RSA key of at least 2,048 bits or a key on P-256, P-384 or P-521.",
        "Specify the publisher's public key in PEM format (-----BEGIN PUBLIC KEY-----).");
}
