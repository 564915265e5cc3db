using ModelSigning.Core.Errors;

namespace ModelSigning;

/// <summary>The refusals of the cmdlets themselves; the engine knows nothing of PowerShell's paths and prompts.</summary>
internal static class CommandErrors
{
    internal static readonly ErrorDefinition PathNotFileSystem = new("PathNotFileSystem", ErrorKind.InvalidArgument,
        "A path belongs to another provider than the file system, such as the registry or the environment.",
        "Give a path of the file system.");

    internal static readonly ErrorDefinition PathAmbiguous = new("PathAmbiguous", ErrorKind.InvalidArgument,
        "A path exists as it is written, and could be read as another item: as a wildcard pattern, or with a backslash as a separator.",
        "Pipe the item from Get-Item -LiteralPath, or use -LiteralPath for a name with wildcard characters; where there is none, put a backtick before each.");

    internal static readonly ErrorDefinition UnknownError = new("UnknownError", ErrorKind.NotSpecified,
        "The module failed in a way that it does not know. Nothing was accepted; the other items of the call were worked on.",
        "Report the error with the file that causes it. $Error[0].Exception shows where it happened.");

    internal static readonly ErrorDefinition ConfirmationImpossible = new("ConfirmationImpossible", ErrorKind.InvalidArgument,
        "A command asks before it does something, and the session has nobody who could answer.",
        "Use -Confirm:$false or -Force after you have made sure that the command may do it.");

    internal static readonly ErrorDefinition SignaturePathUsedTwice = new("SignaturePathUsedTwice", ErrorKind.InvalidArgument,
        "One run would write the signatures of two models to the same file.",
        "Leave -SignaturePath away, so that each model gets its own, or sign one model at a time.");

    internal static readonly ErrorDefinition QuietAndDetailed = new("QuietAndDetailed", ErrorKind.InvalidArgument,
        "-Quiet and -Detailed were given together, and ask for different outputs.",
        "Leave one of them away.");

    internal static readonly ErrorDefinition ManifestUnusable = new("ManifestUnusable", ErrorKind.InvalidArgument,
        "A side of a comparison is neither a path nor the objects that Get-ModelManifest writes.",
        "Give the path of a model, the path of a signature, or all objects of one Get-ModelManifest.");

    internal static readonly ErrorDefinition KeyPathsEqual = new("KeyPathsEqual", ErrorKind.InvalidArgument,
        "The private and the public key of a new pair would be written to the same file.",
        "Give the public key another path with -PublicKeyPath.");

    internal static readonly ErrorDefinition PasswordsDiffer = new("PasswordsDiffer", ErrorKind.AuthenticationError,
        "The password of a new key was typed differently the second time.",
        "Run the command again.");

    internal static readonly ErrorDefinition ModelMismatch = new("ModelMismatch", ErrorKind.SecurityError,
        "The signature holds, and the model's files are not the ones that were signed: files were changed, removed or added.",
        "Do not use the model; fetch it again. -Detailed shows every difference.");

    internal static readonly ErrorDefinition TrustGivenTwice = new("TrustGivenTwice", ErrorKind.InvalidArgument,
        "More than one of -TrustedRoot, -TrustConfig and -SigstoreInstance was given, and each names the whole trust.",
        "Give one of them, or none for the public Sigstore instance.");

    internal static readonly ErrorDefinition IdentityNotGiven = new("IdentityNotGiven", ErrorKind.InvalidArgument,
        "Neither or both of -Identity and -IdentityPattern were given, so it is unclear whom to trust.",
        "Give the signer's exact identity with -Identity, or a pattern of the whole identity with -IdentityPattern.");

    internal static readonly ErrorDefinition IssuerInvalid = new("IssuerInvalid", ErrorKind.InvalidArgument,
        "The identity provider to sign in at is not an absolute address, or has a user name, query or fragment.",
        "Give the https address of an OpenID Connect provider with -Issuer.");

    internal static readonly ErrorDefinition SigningDeclined = new("SigningDeclined", ErrorKind.PermissionDenied,
        "The person who was asked did not want to sign into a transparency log.",
        "Sign with a key or a certificate instead, or with a private Sigstore instance.");

    internal static readonly ErrorDefinition FirstUseUnknown = new("FirstUseUnknown", ErrorKind.NotImplemented,
        "A trust policy cannot be written from a signature of this method, or for a model of this name.",
        "Write the rule by hand; docs/trust-policy.md shows the signers of every method.");

    internal static readonly ErrorDefinition FirstUseUnconfirmed = new("FirstUseUnconfirmed", ErrorKind.InvalidArgument,
        "A trust policy was to be written on first use, and the session cannot ask whether to trust its signers.",
        "Read with -WhatIf whom the policy would trust, then use -Confirm:$false.");
}
