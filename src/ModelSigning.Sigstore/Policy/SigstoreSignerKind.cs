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
            throw signer.Invalid($"{signer.Where} needs either 'identity' with the exact identity or 'identityPattern' with a pattern of the whole identity.");
        }

        IdentityPolicy policy = new()
        {
            Identity = identity,
            IdentityPattern = pattern,
            Issuer = signer.Text("issuer"),
            SourceRepository = signer.OptionalText("sourceRepository"),
            Workflow = signer.OptionalText("workflow"),
            Ref = signer.OptionalText("ref"),
        };
        TrustedRoot root = Root(signer);
        return new TrustedSigner(Type, $"{identity ?? pattern} ({policy.Issuer})", new SigstoreModelVerifier(root, new VerificationPolicy { Signer = policy }))
        {
            CanHaveTime = true,
            Advice = pattern?.Trim('*', '?').Length == 0 ? ["Everybody for whom the issuer vouches can sign. Narrow identityPattern."] : [],
        };
    }

    private TrustedRoot Root(PolicyElement signer)
    {
        string? file = signer.OptionalText("trustedRoot"), name = signer.OptionalText("sigstoreInstance");
        if (file is not null && name is not null)
        {
            throw signer.Invalid($"{signer.Where} has both 'trustedRoot' and 'sigstoreInstance', and each names the whole trust.");
        }

        return file is null ? instance(name) : TrustedRootReader.Read(signer.FullPath(file));
    }
}
