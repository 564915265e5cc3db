using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Signing;

/// <summary>The refusals of signing.</summary>
internal static class SigningErrors
{
    /// <summary>The signature's path is taken.</summary>
    public static readonly ErrorDefinition SignatureExists = new("SignatureExists", ErrorKind.ResourceExists,
        "The signature file already exists.",
        "Use -Force to replace it, or specify another path with -SignaturePath.");

    /// <summary>The signature would replace the model.</summary>
    public static readonly ErrorDefinition SignatureIsModel = new("SignatureIsModel", ErrorKind.InvalidArgument,
        "The signature's path is the path of the model itself.",
        "Specify another path with -SignaturePath.");

    /// <summary>The signature would replace a file that is not a signature.</summary>
    public static readonly ErrorDefinition SignatureReplacesFile = new("SignatureReplacesFile", ErrorKind.InvalidArgument,
        "The signature's path is an existing file that is not a signature. -Force replaces only signatures.",
        "Specify another path with -SignaturePath, or delete the file if it is not needed.");

    /// <summary>The signature would replace a file that is read for signing.</summary>
    public static readonly ErrorDefinition SignatureReplacesInput = new("SignatureReplacesInput", ErrorKind.InvalidArgument,
        "The signature's path is that of the key, the certificate or another input of the command.",
        "Specify another path with -SignaturePath.");

    /// <summary>The bundle would be larger than any that is read.</summary>
    public static readonly ErrorDefinition SignatureTooLarge = new("SignatureTooLarge", ErrorKind.LimitsExceeded,
        "The model has so many files that its signature would be larger than the limit of 1.5 GiB, or than the signer's transparency log accepts.",
        "Use larger shards, or sign the model's folders one by one.");

    /// <summary>An empty blob of a store, which a signature with shards would not cover.</summary>
    public static readonly ErrorDefinition EmptyBlobUncovered = new("EmptyBlobUncovered", ErrorKind.InvalidArgument,
        "The model in a store has an empty layer, which a signature with shards does not cover.",
        "Sign without -ShardSize.");

    /// <summary>The signer cannot verify what it signed before.</summary>
    public static readonly ErrorDefinition ReuseUnsupported = new("ReuseUnsupported", ErrorKind.InvalidArgument,
        "The signer or the model's source does not allow digests of an earlier signature to be used again.",
        "Omit -Reuse. It works for models in plain folders and files, not in stores.");

    /// <summary>The earlier signature is not of this signer, model or kind, or not of the manifest file.</summary>
    public static readonly ErrorDefinition ReuseRefused = new("ReuseRefused", ErrorKind.SecurityError,
        "The earlier signature or its manifest file belongs to another signer or model, used other hash settings, or the two do not belong together.",
        "Omit -Reuse to hash every file, or specify the earlier signature with -ReuseSignature.");

    /// <summary>The fresh signature does not verify.</summary>
    public static readonly ErrorDefinition SigningFailed = new("SigningFailed", ErrorKind.SecurityError,
        "The new signature does not match the public key: the keys do not belong together, or a device is faulty.",
        "Make sure that the private key belongs to the public key or certificate. Nothing was written.");
}
