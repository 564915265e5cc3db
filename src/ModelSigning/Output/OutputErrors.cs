using ModelSigning.Core.Errors;

namespace ModelSigning;

/// <summary>The refusals of results that are handed on to another command.</summary>
internal static class OutputErrors
{
    internal static readonly ErrorDefinition CardNotVerified = new("CardNotVerified", ErrorKind.SecurityError,
        "A verified card or bill of materials requires a model that is valid and was verified in this session.",
        "Verify the model with Test-ModelSignature in this session, without -Quiet.");
}
