using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Verifying;

/// <summary>The refusals of a signature, shared by the methods.</summary>
public static class VerifyingErrors
{
    /// <summary>The bundle belongs to another method.</summary>
    public static readonly ErrorDefinition MethodMismatch = new("MethodMismatch", ErrorKind.InvalidArgument,
        "The bundle was signed with a method other than the one that it is verified with.",
        "Run Get-ModelSignature to see the method, and specify what it requires: a public key, certificates or an identity.");

    /// <summary>The bundle names another key.</summary>
    public static readonly ErrorDefinition KeyMismatch = new("KeyMismatch", ErrorKind.SecurityError,
        "The bundle was signed with a key that is not trusted.",
        "Do not use the model if your own key should have signed it; Get-ModelSigningKey shows the hint of a key file. Otherwise get the signer's public key through a channel that you trust.");

    /// <summary>The signature is not the key's.</summary>
    public static readonly ErrorDefinition SignatureInvalid = new("SignatureInvalid", ErrorKind.SecurityError,
        "The signature does not match the statement and the trusted key: the bundle was changed, or another key made it.",
        "Do not use the model. Get the model and its signature again from the signer.");

    /// <summary>A statement of the current form under an encoding that only release 0.2.0 used.</summary>
    public static readonly ErrorDefinition EncodingObsolete = new("EncodingObsolete", ErrorKind.SecurityError,
        "The signature is valid only in the faulty encoding of release 0.2.0, but the statement is not from that release.",
        "Do not use the model. Ask the signer.");

    /// <summary>A single-file statement for a directory.</summary>
    public static readonly ErrorDefinition ModelIsNotSingleFile = new("ModelIsNotSingleFile", ErrorKind.InvalidArgument,
        "The signature covers a single file, but the model's path is a folder.",
        "Specify the path of the signed file.");
}
