using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Boms;

/// <summary>The refusals of bills of materials.</summary>
internal static class BomErrors
{
    /// <summary>A package URL that is not one, or does not fit what is said beside it.</summary>
    public static readonly ErrorDefinition PackageUrlInvalid = new("PackageUrlInvalid", ErrorKind.InvalidArgument,
        "The package URL of a bill of materials does not have the form pkg:type/namespace/name@version, or names another version than -Version.",
        "Specify a package URL such as pkg:huggingface/OWNER/NAME@COMMIT, and omit -Version.");

    /// <summary>A time that cannot be used.</summary>
    public static readonly ErrorDefinition BomTimestampInvalid = new("BomTimestampInvalid", ErrorKind.InvalidArgument,
        "The environment variable SOURCE_DATE_EPOCH is not a number of seconds since 1970.",
        "Set it to a number of seconds, remove it, or use -Timestamp.");

    /// <summary>The signature file is not the one that was verified.</summary>
    public static readonly ErrorDefinition BomSignatureChanged = new("BomSignatureChanged", ErrorKind.SecurityError,
        "The signature file lists other files or digests than it did when the model was verified.",
        "Verify the model again.");

    /// <summary>A path without a verification.</summary>
    public static readonly ErrorDefinition BomNotVerified = new("BomNotVerified", ErrorKind.SecurityError,
        "A bill of materials requires a verified model, but this one was not verified.",
        "Use Test-ModelSignature ... | New-ModelBom, or -Unverified for a bill of materials that is marked as unverified.");

    /// <summary>A verdict that is not about the whole model.</summary>
    public static readonly ErrorDefinition BomNotWhole = new("BomNotWhole", ErrorKind.InvalidArgument,
        "A bill of materials requires a verified model, but only some of its files, or only its manifest, were verified.",
        "Verify the whole model, including its files.");
}
