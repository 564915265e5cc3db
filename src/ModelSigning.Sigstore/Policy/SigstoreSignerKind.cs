using ModelSigning.Core.Policy;
using ModelSigning.Sigstore.Trust;
using ModelSigning.Sigstore.Verifying;

namespace ModelSigning.Sigstore.Policy;

/// <summary>
/// A Sigstore identity in a trust policy:
/// <c>{ "type": "sigstore", "identity": "release@example.com", "issuer": "https://accounts.google.com" }</c>.
/// </summary>
/// <param name="instance">Loads the trust of a registered instance by its name, null for the public one. It uses no network.</param>
public sealed class SigstoreSignerKind(Func<string?, TrustedRoot> instance) : ISignerKind
{
    /// <inheritdoc/>
    public string Type => "sigstore";

    /// <inheritdoc/>
    public TrustedSigner Read(PolicyElement signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        string? identity = signer.OptionalText("identity"), pattern = signer.OptionalText("identityPattern");
        if (identity is null == pattern is null)
        {
            throw signer.Invalid($"{signer.Where} needs either 'identity' with the exact identity, or 'identityPattern' with a pattern for the whole identity.");
        }

        IdentityPattern? read = null;
        if (pattern is not null && !IdentityPattern.TryRead(pattern, out read, out string? reason))
        {
            throw signer.Invalid($"{signer.Where}: {reason}");
        }

        IdentityPolicy policy = new()
        {
            Identity = identity,
            IdentityPattern = pattern,
            Issuer = signer.Text("issuer"),
            SourceRepository = signer.OptionalText("sourceRepository"),
            Workflow = signer.OptionalText("workflow"),
            WorkflowName = signer.OptionalText("workflowName"),
            Ref = signer.OptionalText("ref"),
        };
        if (policy.Workflow?.Contains("://", StringComparison.Ordinal) == false)
        {
            throw signer.Invalid($"'workflow' of {signer.Where} must be the address of the workflow's file with its ref; its name belongs in 'workflowName'.");
        }

        TrustedRoot root = Root(signer);
        return new TrustedSigner(Type, $"{identity ?? pattern} ({policy.Issuer})", new SigstoreModelVerifier(root, new VerificationPolicy { Signer = policy }))
        {
            CanHaveTime = true,
            ProvesAge = true,
            Advice = [.. Advice(read, policy)],
        };
    }

    private static IEnumerable<string> Advice(IdentityPattern? pattern, IdentityPolicy policy)
    {
        if (pattern?.FitsEverybody == true)
        {
            yield return "Anyone whose identity the issuer confirms can sign. Use a narrower identityPattern.";
        }

        if (pattern is { Type: null, FitsEverybody: false })
        {
            yield return "identityPattern matches neither e-mail addresses nor URIs: '*' and '?' do not match '/' and '@'.";
        }

        if (pattern?.ReachesIntoRefs == true && policy.Ref is null)
        {
            yield return "'**' before the last '@' of identityPattern also matches a branch such as 'x@refs/tags/v1'. Use '*' there.";
        }

        if (policy is { WorkflowName: not null, Workflow: null })
        {
            yield return "The author of a workflow chooses its name, so workflowName alone does not identify the workflow. Add workflow, or use an identity.";
        }
    }

    private TrustedRoot Root(PolicyElement signer)
    {
        string? file = signer.OptionalText("trustedRoot"), name = signer.OptionalText("sigstoreInstance");
        if (file is not null && name is not null)
        {
            throw signer.Invalid($"{signer.Where} has both 'trustedRoot' and 'sigstoreInstance', but must have only one of them.");
        }

        return file is null ? instance(name) : TrustedRootReader.Read(signer.FullPath(file));
    }
}
