using ModelSigning.Core.Errors;

namespace ModelSigning;

/// <summary>The refusals of the cmdlets themselves; the engine does not depend on PowerShell's paths and prompts.</summary>
internal static class CommandErrors
{
    internal static readonly ErrorDefinition PathNotFileSystem = new("PathNotFileSystem", ErrorKind.InvalidArgument,
        "The path is not a file system path but belongs to another provider, such as the registry.",
        "Specify a file system path.");

    internal static readonly ErrorDefinition PathAmbiguous = new("PathAmbiguous", ErrorKind.InvalidArgument,
        "The path exists as written, but it could also mean another item: as a wildcard pattern, with a backslash as a separator, or with ~ for the home folder.",
        "Use -LiteralPath of the same command; Get-Item -LiteralPath takes a * or ? in a name for a pattern. Write ./~ for a folder of that name. For other parameters, put a backtick before each wildcard character.");

    internal static readonly ErrorDefinition PathEmpty = new("PathEmpty", ErrorKind.InvalidArgument,
        "The value of a parameter that specifies a file is empty or $null.",
        "Specify the path of the file, or omit the parameter.");

    internal static readonly ErrorDefinition ParameterScriptBlock = new("ParameterScriptBlock", ErrorKind.InvalidArgument,
        "A script block is to give a value for each object of the pipeline. PowerShell passes over an object for which it gives none, and one answer for all would then be for the others.",
        "Make the values with ForEach-Object before the command, and pass them on by the pipeline.");

    internal static readonly ErrorDefinition UnknownError = new("UnknownError", ErrorKind.NotSpecified,
        "The module failed unexpectedly. This item was not accepted; the other items were processed.",
        "Report the error with the file that causes it. $Error[0].Exception shows the details.");

    internal static readonly ErrorDefinition ConfirmationImpossible = new("ConfirmationImpossible", ErrorKind.InvalidArgument,
        "The command asks for confirmation, but the session cannot prompt.",
        "Make sure that you want what the command does, and then use -Confirm:$false or -Force.");

    internal static readonly ErrorDefinition SignaturePathUsedTwice = new("SignaturePathUsedTwice", ErrorKind.InvalidArgument,
        "The signatures of two models have the same path.",
        "Omit -SignaturePath so that each model gets its own file, or sign one model at a time.");

    internal static readonly ErrorDefinition QuietAndDetailed = new("QuietAndDetailed", ErrorKind.InvalidArgument,
        "-Quiet and -Detailed cannot be used together.",
        "Use only one of them.");

    internal static readonly ErrorDefinition ManifestUnusable = new("ManifestUnusable", ErrorKind.InvalidArgument,
        "One side of the comparison is neither a path nor the output of Get-ModelManifest.",
        "Specify the path of a model, the path of a signature, or the whole output of one Get-ModelManifest command.");

    internal static readonly ErrorDefinition TensorsUnusable = new("TensorsUnusable", ErrorKind.InvalidArgument,
        "One side of a comparison of tensors is neither a model nor the output of Get-ModelManifest -Tensor.",
        "Specify the path of a model, or the whole output of one Get-ModelManifest -Tensor command or of Import-Csv.");

    internal static readonly ErrorDefinition TensorParameters = new("TensorParameters", ErrorKind.InvalidArgument,
        "-Tensor was used together with a parameter that applies to files only.",
        "Omit -Tensor or the other parameter.");

    internal static readonly ErrorDefinition ManifestDecides = new("ManifestDecides", ErrorKind.InvalidArgument,
        "A parameter that controls hashing was used together with -Manifest, whose digests already exist.",
        "Omit the parameter, or use it with Get-ModelManifest when you create the manifest.");

    internal static readonly ErrorDefinition ManifestEntry = new("ManifestEntry", ErrorKind.InvalidArgument,
        "The object is an entry of a manifest, but the path of a model or of a manifest is required.",
        "Pipe all entries to Join-ModelManifest -OutFile, and specify the path of that file: with -Manifest to sign or verify it.");

    internal static readonly ErrorDefinition ManifestBasis = new("ManifestBasis", ErrorKind.InvalidArgument,
        "-Quiet was used with -Manifest: $true could be mistaken for a check of the files.",
        "Omit -Quiet, or use -AllowManifestBasis as well if a check of the manifest is what you want.");

    internal static readonly ErrorDefinition ManifestHasNoFiles = new("ManifestHasNoFiles", ErrorKind.InvalidArgument,
        "A parameter that applies to a model's files was used with -Manifest, which reads no files.",
        "Omit the parameter, or verify the model itself.");

    internal static readonly ErrorDefinition ReportParameters = new("ReportParameters", ErrorKind.InvalidArgument,
        "-Resume was used without -OutFile or with -Quiet, or -Summary was used with -Quiet or -Detailed.",
        "Use only one of the two parameters; -Resume also needs -OutFile.");

    internal static readonly ErrorDefinition BomVersion = new("BomVersion", ErrorKind.InvalidArgument,
        "A CycloneDX version was specified for a bill of materials in SPDX.",
        "Omit -CycloneDxVersion, or use -Format cyclonedx.");

    internal static readonly ErrorDefinition ReportFileExists = new("ReportFileExists", ErrorKind.ResourceExists,
        "The report file already exists, or is a folder.",
        "Use -Resume to continue it, or specify another path.");

    internal static readonly ErrorDefinition ReportFileOther = new("ReportFileOther", ErrorKind.InvalidData,
        "The file that -Resume would continue is not a report of Test-ModelSignature.",
        "Specify the report of the interrupted run, or a path that does not exist.");

    internal static readonly ErrorDefinition ReportSettingsDiffer = new("ReportSettingsDiffer", ErrorKind.InvalidArgument,
        "The report was started with other parameters, or a key, certificate or policy has changed since then.",
        "Use the parameters of that run, or start a new report.");

    internal static readonly ErrorDefinition ReportFileMalformed = new("ReportFileMalformed", ErrorKind.InvalidData,
        "A line of the report to continue is not a verdict.",
        "Start a new report, and find out what changed this one.");

    internal static readonly ErrorDefinition ReportFileUnusable = new("ReportFileUnusable", ErrorKind.WriteError,
        "The report cannot be written: access is denied, the disk is full, or another run writes to it.",
        "Check the path and the disk, and continue with -Resume.");

    internal static readonly ErrorDefinition LoadedNeedsFiles = new("LoadedNeedsFiles", ErrorKind.InvalidArgument,
        "-Loaded was used together with -Manifest, -Source, -Device, -OutFile or -Resume. It works only with the files of a plain folder, hashed by the processor.",
        "Omit the other parameter.");

    internal static readonly ErrorDefinition ManifestPartInvalid = new("ManifestPartInvalid", ErrorKind.InvalidArgument,
        "-Part and -Of were used without -OutFile or without each other, -Part is larger than -Of, or -OutFile was used with -RootDigest or -ModelPin.",
        "Use all three together, for example -Part 3 -Of 16 -OutFile part-3.jsonl.");

    internal static readonly ErrorDefinition ReuseIncomplete = new("ReuseIncomplete", ErrorKind.InvalidArgument,
        "An earlier signature was specified without the manifest file that was written for it.",
        "Specify that file with -Reuse.");

    internal static readonly ErrorDefinition ManifestFileInModel = new("ManifestFileInModel", ErrorKind.InvalidArgument,
        "The manifest file would be written into the model and change it.",
        "Specify a path outside the model.");

    internal static readonly ErrorDefinition KeyPathsEqual = new("KeyPathsEqual", ErrorKind.InvalidArgument,
        "The private and the public key of the new pair have the same path.",
        "Specify another path for the public key with -PublicKeyPath.");

    internal static readonly ErrorDefinition ReportInputInvalid = new("ReportInputInvalid", ErrorKind.InvalidArgument,
        "An object for a report is not a result of Test-ModelSignature.",
        "Pipe the output of Test-ModelSignature -Detailed to ConvertTo-ModelReport.");

    internal static readonly ErrorDefinition PublicKeyPathUsedTwice = new("PublicKeyPathUsedTwice", ErrorKind.InvalidArgument,
        "Several keys would be written to one file.",
        "Write the public halves of private keys one at a time.");

    internal static readonly ErrorDefinition PasswordsDiffer = new("PasswordsDiffer", ErrorKind.AuthenticationError,
        "The two passwords for the new key are different.",
        "Run the command again.");

    internal static readonly ErrorDefinition ModelMismatch = new("ModelMismatch", ErrorKind.SecurityError,
        "The signature is valid, but the model's files do not match it: files were changed, removed or added.",
        "Do not use the model. Download it again. Test-ModelSignature -Detailed | Format-List shows every difference.");

    internal static readonly ErrorDefinition TrustGivenTwice = new("TrustGivenTwice", ErrorKind.InvalidArgument,
        "Only one of -TrustedRoot, -TrustConfig and -SigstoreInstance can be used.",
        "Use one of them, or omit all of them for the public Sigstore instance.");

    internal static readonly ErrorDefinition IdentityNotGiven = new("IdentityNotGiven", ErrorKind.InvalidArgument,
        "Either -Identity or -IdentityPattern is required, but not both.",
        "Specify the signer's exact identity with -Identity, or a pattern for the whole identity with -IdentityPattern.");

    internal static readonly ErrorDefinition IssuerInvalid = new("IssuerInvalid", ErrorKind.InvalidArgument,
        "The address of the identity provider is not absolute, or has a user name, query or fragment.",
        "Specify the https address of an OpenID Connect provider with -Issuer.");

    internal static readonly ErrorDefinition SigningDeclined = new("SigningDeclined", ErrorKind.PermissionDenied,
        "The user declined to record the signature in a transparency log.",
        "Sign with a key, a certificate or a private Sigstore instance instead.");

    internal static readonly ErrorDefinition FirstUseUnknown = new("FirstUseUnknown", ErrorKind.NotImplemented,
        "A trust policy cannot be made from a signature of this method, or for a model with this name.",
        "Write the rule yourself. docs/trust-policy.md shows the signers of each method.");

    internal static readonly ErrorDefinition StoreNotFound = new("StoreNotFound", ErrorKind.ObjectNotFound,
        "A folder of models that was to be searched does not exist.",
        "Check the path of -Store.");

    internal static readonly ErrorDefinition FirstUseClaims = new("FirstUseClaims", ErrorKind.InvalidArgument,
        "A rule that requires claims needs both the types of the claims and the public keys of their signers.",
        "Use -ClaimType together with -ClaimPublicKey.");

    internal static readonly ErrorDefinition FirstUseUnconfirmed = new("FirstUseUnconfirmed", ErrorKind.InvalidArgument,
        "A trust policy on first use needs a confirmation that its signers are trusted, but the session cannot prompt.",
        "Use -WhatIf to see which signers the policy would trust, and then use -Confirm:$false.");

    /// <summary>A model could not be added to a policy that would replace another one.</summary>
    internal static readonly ErrorDefinition FirstUseIncomplete = new("FirstUseIncomplete", ErrorKind.ResourceExists,
        "A trust policy was not replaced, because not every model could be added to the new one.",
        "Fix what the errors for the models say, or leave those models out of the call, and run the command again.");
}
