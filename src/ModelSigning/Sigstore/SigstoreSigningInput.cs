using System.Security;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Http;
using ModelSigning.Core.Keys;
using ModelSigning.Sigstore.Identity;
using ModelSigning.Sigstore.Identity.Interactive;
using ModelSigning.Sigstore.Signing;
using ModelSigning.Sigstore.Trust;

namespace ModelSigning;

/// <summary>What the parameters of a command say about signing with an identity; an empty text is a parameter that was not given.</summary>
internal sealed record SigstoreSigningInput
{
    internal SecureString? IdentityToken { get; init; }

    internal string TrustedRoot { get; init; } = "";

    internal string SigningConfig { get; init; } = "";

    internal string TrustConfig { get; init; } = "";

    internal string SigstoreInstance { get; init; } = "";

    internal string Issuer { get; init; } = "";

    internal string ClientId { get; init; } = "";

    internal SecureString? ClientSecret { get; init; }

    internal string SignInFlow { get; init; } = "";

    internal bool SignIn { get; init; }

    /// <summary>Loads the trust and the services; called on the pipeline's thread.</summary>
    /// <exception cref="ModelSigningException">The trust cannot be loaded, or names no services.</exception>
    internal (SigstoreTrust Trust, SigningConfig Services) Load(CancellableCommand command)
    {
        if (SigningConfig.Length > 0 && TrustConfig.Length > 0)
        {
            throw CommandErrors.TrustGivenTwice.At($"'{SigningConfig}' and '{TrustConfig}' cannot be used together.");
        }

        SigstoreTrust trust = command.LoadTrust(TrustedRoot, TrustConfig, SigstoreInstance);
        string path = SigningConfig.Length > 0 ? command.FileSystemPath(SigningConfig) : "";
        SigningConfig? services = path.Length > 0 ? command.RunInterruptibly(_ => SigningConfigReader.Read(path)) : trust.SigningConfig;
        return (trust, services ?? throw SigstoreSigningErrors.SigningConfigMissing.At(
            $"The trust of '{trust.Name}' does not include signing services.", trust.Location));
    }

    /// <summary>The identity provider to sign in at: the parameter's, or the first of the services'.</summary>
    internal Uri? IssuerAddress()
    {
        if (Issuer.Length == 0)
        {
            return null;
        }

        Uri address = new(Issuer, UriKind.RelativeOrAbsolute);
        return HttpAddress.IsBare(address) ? address : throw CommandErrors.IssuerInvalid.At(
            $"-Issuer '{HttpAddress.Plain(address)}' must be an absolute http or https address without user name, query and fragment.", HttpAddress.Plain(address));
    }

    /// <summary>Where a token may come from.</summary>
    /// <param name="person">The person who may be asked; null for none.</param>
    internal IdentityOptions Identity(PersonAtHost? person)
    {
        IdentityOptions options = new()
        {
            Token = Open(IdentityToken),
            ClientSecret = Open(ClientSecret),
            Interaction = person,
            Flow = SignInFlow.Length > 0 ? Enum.Parse<SignInFlow>(SignInFlow, ignoreCase: true) : default,
            SkipAmbient = SignIn,
        };
        return ClientId.Length > 0 ? options with { ClientId = ClientId } : options;
    }

    private static char[]? Open(SecureString? secret) => secret is { Length: > 0 } ? SecretText.Use(secret, text => text.ToArray()) : null;
}
