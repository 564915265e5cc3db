using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Verifying;

/// <summary>The refusals of a signature, shared by the methods.</summary>
internal static class VerifyingErrors
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
        "The signature is valid only in the faulty encoding of model-signing 0.2.0 for Python, but the statement is not from that release.",
        "Do not use the model. Ask the signer.");

    /// <summary>A single-file statement for a directory.</summary>
    public static readonly ErrorDefinition ModelIsNotSingleFile = new("ModelIsNotSingleFile", ErrorKind.InvalidArgument,
        "The signature covers a single file, but the model's path is a folder.",
        "Specify the path of the signed file.");

    /// <summary>A path of files to verify that cannot mean any.</summary>
    public static readonly ErrorDefinition IncludeInvalid = new("IncludeInvalid", ErrorKind.InvalidArgument,
        "A path in -Include is not a relative path below the model's folder, or is not a valid pattern.",
        "Specify paths as the signature lists them, such as config.json or 'weights/part-[12].bin'.");

    /// <summary>A path of files to verify that means no signed file.</summary>
    public static readonly ErrorDefinition IncludeNotSigned = new("IncludeNotSigned", ErrorKind.ObjectNotFound,
        "A path in -Include matches no file that was signed.",
        "Check its spelling. (Get-ModelSignature -Resource).ClaimedResources lists the signed files. Do not use a file that was not signed.");

    /// <summary>A file that can be one of several signed ones.</summary>
    public static readonly ErrorDefinition FileAmbiguous = new("FileAmbiguous", ErrorKind.SecurityError,
        "The file is in a folder of the signed model, and the signature does not tell which of its files it is: the signature lies elsewhere or beside the folder, or a copy of it lies in that folder.",
        "Verify the model's folder, with -Include and the file's path in it.");

    /// <summary>Files of a single file.</summary>
    public static readonly ErrorDefinition IncludeNeedsFolder = new("IncludeNeedsFolder", ErrorKind.InvalidArgument,
        "-Include selects files of a signed folder, but the model's path is a file.",
        "Specify the folder, or omit -Include to verify this file alone.");

    /// <summary>The manifest is not what was signed.</summary>
    public static readonly ErrorDefinition ManifestMismatch = new("ManifestMismatch", ErrorKind.SecurityError,
        "The signature is valid, but the manifest file does not list what was signed.",
        "Do not use the files that the manifest lists. Test-ModelSignature -Detailed | Format-List shows every difference.");
}
