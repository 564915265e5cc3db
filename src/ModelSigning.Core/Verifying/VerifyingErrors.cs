using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Verifying;

/// <summary>The refusals of a signature, shared by the methods.</summary>
public static class VerifyingErrors
{
    /// <summary>The bundle belongs to another method.</summary>
    public static readonly ErrorDefinition MethodMismatch = new("MethodMismatch", ErrorKind.InvalidArgument,
        "The bundle was made with another method than the one that it is verified with.",
        "Get-ModelSignature shows the bundle's method; give what that method trusts: a public key, certificates or an identity.");

    /// <summary>The bundle names another key.</summary>
    public static readonly ErrorDefinition KeyMismatch = new("KeyMismatch", ErrorKind.SecurityError,
        "The bundle names another key than the ones that are trusted.",
        "If the model should be signed by a key of yours, do not use it; else get the signer's public key over a way that you trust.");

    /// <summary>The signature is not the key's.</summary>
    public static readonly ErrorDefinition SignatureInvalid = new("SignatureInvalid", ErrorKind.SecurityError,
        "The signature does not belong to the statement and the trusted key: the bundle was changed, or another key made it.",
        "Do not use the model; fetch model and signature again from who made them.");

    /// <summary>A statement of the current form under an encoding that only release 0.2.0 used.</summary>
    public static readonly ErrorDefinition EncodingObsolete = new("EncodingObsolete", ErrorKind.SecurityError,
        "The signature only holds under the faulty encoding of release 0.2.0, and the statement is not of that release.",
        "Do not use the model; ask who signed it what this is.");

    /// <summary>A single-file statement for a directory.</summary>
    public static readonly ErrorDefinition ModelIsNotSingleFile = new("ModelIsNotSingleFile", ErrorKind.InvalidArgument,
        "The signature covers a single file, and the model's path names a folder.",
        "Give the path of the file that was signed.");
}
