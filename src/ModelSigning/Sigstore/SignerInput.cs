using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Verifying;

namespace ModelSigning;

/// <summary>The signer that -Identity or -IdentityPattern, -Issuer and the claims of a workflow name.</summary>
internal static class SignerInput
{
    /// <summary>Makes the policy; an empty text is a parameter that was not given.</summary>
    /// <exception cref="ModelSigningException"><see cref="CommandErrors.IdentityNotGiven"/>.</exception>
    internal static VerificationPolicy Policy(string identity, string pattern, string issuer, string repository, string workflow, string workflowName, string reference) =>
        identity.Length == 0 == (pattern.Length == 0)
            ? throw CommandErrors.IdentityNotGiven.At("Use either -Identity or -IdentityPattern.")
            : new VerificationPolicy
            {
                Signer = new IdentityPolicy
                {
                    Identity = Given(identity),
                    IdentityPattern = Given(pattern),
                    Issuer = issuer,
                    SourceRepository = Given(repository),
                    Workflow = Given(workflow),
                    WorkflowName = Given(workflowName),
                    Ref = Given(reference),
                },
            };

    private static string? Given(string text) => text.Length == 0 ? null : text;
}
