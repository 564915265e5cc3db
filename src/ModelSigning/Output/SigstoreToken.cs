using System.Security;

namespace ModelSigning;

/// <summary>
/// An identity token, and what it says. The token itself is a secret and is shown nowhere; Export-Clixml would write it down, on Linux
/// and macOS readable for everybody who reads the file.
/// </summary>
public sealed class SigstoreToken
{
    internal SigstoreToken(SecureString identityToken) => IdentityToken = identityToken;

    /// <summary>The token, for -IdentityToken.</summary>
    public SecureString IdentityToken { get; }

    /// <summary>Whom the token identifies: an e-mail address, a workflow, or the provider's name for the subject.</summary>
    public string Identity { get; internal init; } = "";

    /// <summary>The issuer that a certificate will name.</summary>
    public string Issuer { get; internal init; } = "";

    /// <summary>The service that the token is for.</summary>
    public IReadOnlyList<string> Audience { get; internal init; } = [];

    /// <summary>When the token expires.</summary>
    public DateTimeOffset Expires { get; internal init; }

    /// <summary>Where the token comes from: a parameter, a CI service, an identity provider.</summary>
    public string Source { get; internal init; } = "";

    /// <summary>Never the token.</summary>
    public override string ToString() => Identity;
}
