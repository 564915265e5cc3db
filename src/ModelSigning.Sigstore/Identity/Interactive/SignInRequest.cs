using ModelSigning.Core.Http;

namespace ModelSigning.Sigstore.Identity.Interactive;

/// <summary>The ways to sign in interactively.</summary>
public enum SignInFlow
{
    /// <summary>A browser on this machine, which comes back to a port on loopback.</summary>
    Browser,

    /// <summary>A browser anywhere, whose code is typed in here.</summary>
    OutOfBand,

    /// <summary>A browser anywhere, in which this machine's code is typed in (RFC 8628).</summary>
    Device,
}

/// <summary>Who signs in, where, and for whom.</summary>
/// <param name="Issuer">The OpenID Connect provider.</param>
/// <param name="ClientId">The client identifier; <c>sigstore</c> at the public instance.</param>
/// <param name="ClientSecret">The client's secret; null or empty for a public client, which is what a program on a desk is.</param>
/// <param name="Timeout">How long the person may take.</param>
/// <param name="Policy">How long the provider is waited for.</param>
internal sealed record SignInRequest(Uri Issuer, string ClientId, char[]? ClientSecret, TimeSpan Timeout, ServicePolicy Policy)
{
    /// <summary>What is requested: an identity token that names the e-mail address.</summary>
    public const string Scope = "openid email";

    /// <summary>The provider as messages name it.</summary>
    internal string Provider => HttpAddress.Plain(Issuer);

    /// <summary>The secret as the protocol's library wants it; null without one.</summary>
    internal string? Secret() => ClientSecret is { Length: > 0 } secret ? new string(secret) : null;

    /// <summary>Never the secret.</summary>
    public override string ToString() => $"{ClientId} at {Provider}";
}
