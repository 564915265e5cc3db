using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Verifying;

namespace ModelSigning;

/// <summary>
/// What became of a verification; the words are those of Get-AuthenticodeSignature. Only <see cref="Valid"/> means that the model is
/// as someone trusted signed it; an unset status is never that.
/// </summary>
public enum ModelSignatureStatus
{
    /// <summary>The model could not be verified, for a reason that lies outside the signature, such as an unreadable file.</summary>
    UnknownError,

    /// <summary>A signer the caller trusts signed the model, and every file is as it was signed.</summary>
    Valid,

    /// <summary>No signature was found.</summary>
    NotSigned,

    /// <summary>The signature holds, and the model's files are not the ones that were signed.</summary>
    HashMismatch,

    /// <summary>The signature is false, or its signer is not one that the caller trusts.</summary>
    NotTrusted,

    /// <summary>The signature file breaks the format, or uses something that this module does not accept.</summary>
    Incompatible,
}

/// <summary>The status that an error means for the model or file that it is about.</summary>
internal static class StatusNames
{
    internal static ModelSignatureStatus Of(ErrorDefinition definition) => definition switch
    {
        _ when definition == BundleErrors.BundleNotFound => ModelSignatureStatus.NotSigned,
        { Kind: ErrorKind.SecurityError } => ModelSignatureStatus.NotTrusted,
        { Kind: ErrorKind.InvalidData or ErrorKind.LimitsExceeded or ErrorKind.NotImplemented } => ModelSignatureStatus.Incompatible,
        _ when definition == VerifyingErrors.MethodMismatch => ModelSignatureStatus.NotTrusted,
        _ => ModelSignatureStatus.UnknownError,
    };
}
