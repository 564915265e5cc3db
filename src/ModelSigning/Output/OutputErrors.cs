using ModelSigning.Core.Errors;

namespace ModelSigning;

/// <summary>The refusals of results that are handed on to another command.</summary>
internal static class OutputErrors
{
    internal static readonly ErrorDefinition CardNotVerified = new("CardNotVerified", ErrorKind.SecurityError,
        "A verified card or bill of materials was asked for, of a model that is not valid or was verified in another session.",
        "Verify the model with Test-ModelSignature in this session, without -Quiet.");
}
