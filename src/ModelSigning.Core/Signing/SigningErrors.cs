using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Signing;

/// <summary>The refusals of signing.</summary>
public static class SigningErrors
{
    /// <summary>The signature's path is taken.</summary>
    public static readonly ErrorDefinition SignatureExists = new("SignatureExists", ErrorKind.ResourceExists,
        "A file of the signature's name exists and was not to be overwritten.",
        "Use -Force to replace it, or name another path with -SignaturePath.");

    /// <summary>The signature would replace the model.</summary>
    public static readonly ErrorDefinition SignatureIsModel = new("SignatureIsModel", ErrorKind.InvalidArgument,
        "The signature's path is the path of the model itself.",
        "Name another path with -SignaturePath.");

    /// <summary>The signature would replace a file that is not a signature.</summary>
    public static readonly ErrorDefinition SignatureReplacesFile = new("SignatureReplacesFile", ErrorKind.InvalidArgument,
        "The signature's path names an existing file that is not a signature. -Force replaces signatures only.",
        "Specify another path with -SignaturePath, or delete the file if it is not needed.");

    /// <summary>The signature would replace a file that is read for signing.</summary>
    public static readonly ErrorDefinition SignatureReplacesInput = new("SignatureReplacesInput", ErrorKind.InvalidArgument,
        "The signature's path is that of the key, the certificate or another file that is read for signing.",
        "Specify another path with -SignaturePath.");

    /// <summary>The bundle would be larger than any that is read.</summary>
    public static readonly ErrorDefinition SignatureTooLarge = new("SignatureTooLarge", ErrorKind.LimitsExceeded,
        "The model has so many files that its signature would be larger than 64 MiB, the most that verifiers read.",
        "Take larger shards, or sign the model's folders one by one.");

    /// <summary>The fresh signature does not verify.</summary>
    public static readonly ErrorDefinition SigningFailed = new("SigningFailed", ErrorKind.SecurityError,
        "The key made a signature that its own public half refuses: the two do not belong together, or a device is broken.",
        "Make sure that the private key belongs to the public key or certificate; nothing was written.");
}
