using ModelSigning.Core.Errors;

namespace ModelSigning.Sigstore.Identity;

/// <summary>The refusals of getting an identity token.</summary>
public static class IdentityErrors
{
    /// <summary>No source has a token.</summary>
    public static readonly ErrorDefinition IdentityTokenMissing = new("IdentityTokenMissing", ErrorKind.AuthenticationError,
        "No identity token was given, no CI service offers one, and nobody can be asked to sign in.",
        "Give -IdentityToken or SIGSTORE_ID_TOKEN, grant the CI job the right to request tokens, or run the command at an interactive prompt.");

    /// <summary>A CI service was recognised, and does not offer a token.</summary>
    public static readonly ErrorDefinition AmbientTokenUnavailable = new("AmbientTokenUnavailable", ErrorKind.AuthenticationError,
        "The job runs in a CI or cloud service that can issue identity tokens, and this job gets none.",
        "Grant the job the right to request identity tokens, as the message says for its service.");

    /// <summary>The service that issues ambient tokens does not answer.</summary>
    public static readonly ErrorDefinition AmbientServiceUnreachable = new("AmbientServiceUnreachable", ErrorKind.ConnectionError,
        "The CI or cloud service's token endpoint cannot be reached.",
        "Try again; if it stays so, look at the service's state.");

    /// <summary>The service that issues ambient tokens refuses.</summary>
    public static readonly ErrorDefinition AmbientServiceRefused = new("AmbientServiceRefused", ErrorKind.AuthenticationError,
        "The CI or cloud service's token endpoint refused the request.",
        "Grant the job the right to request identity tokens.");

    /// <summary>The service that issues ambient tokens answers something else.</summary>
    public static readonly ErrorDefinition AmbientAnswerInvalid = new("AmbientAnswerInvalid", ErrorKind.InvalidData,
        "The CI or cloud service's token endpoint answered with something that holds no token.",
        "Look at the service's state, or give the token with -IdentityToken.");

    /// <summary>The token is not a JSON Web Token.</summary>
    public static readonly ErrorDefinition IdentityTokenMalformed = new("IdentityTokenMalformed", ErrorKind.AuthenticationError,
        "The identity token is not a JSON Web Token with the claims that Sigstore needs.",
        "Give the whole OpenID Connect identity token, not an access token or a file's name.");

    /// <summary>The token's time is over, or nearly.</summary>
    public static readonly ErrorDefinition IdentityTokenExpired = new("IdentityTokenExpired", ErrorKind.AuthenticationError,
        "The identity token has expired or is valid for less than a minute.",
        "Get a new token right before signing; the clock of this machine must be right, too.");

    /// <summary>The token is for somebody else.</summary>
    public static readonly ErrorDefinition IdentityTokenAudience = new("IdentityTokenAudience", ErrorKind.AuthenticationError,
        "The identity token is for another audience than the Sigstore instance.",
        "Request the token for the audience 'sigstore', or the one of -ClientId.");

    /// <summary>The token's e-mail address is not verified.</summary>
    public static readonly ErrorDefinition IdentityTokenEmailUnverified = new("IdentityTokenEmailUnverified", ErrorKind.AuthenticationError,
        "The identity provider has not verified the e-mail address in the token, so that no certificate can name it.",
        "Verify the address at the identity provider, then sign in again.");

    /// <summary>The token was not made for this sign-in.</summary>
    public static readonly ErrorDefinition IdentityTokenNonce = new("IdentityTokenNonce", ErrorKind.SecurityError,
        "The identity provider's token does not carry the nonce of this sign-in: it may have been made for another one.",
        "Sign in again; if it happens again, do not use that identity provider.");

    /// <summary>The token is of another issuer than the one that was asked.</summary>
    public static readonly ErrorDefinition IdentityTokenIssuer = new("IdentityTokenIssuer", ErrorKind.SecurityError,
        "The identity provider returned a token of another issuer.",
        "Check the address in -Issuer or in the signing configuration.");

    /// <summary>The identity provider does not answer.</summary>
    public static readonly ErrorDefinition IdentityProviderUnreachable = new("IdentityProviderUnreachable", ErrorKind.ConnectionError,
        "The OpenID Connect provider cannot be reached, or its configuration is not what the standard asks for.",
        "Check the network connection and the address in -Issuer or in the signing configuration.");

    /// <summary>The identity provider refuses.</summary>
    public static readonly ErrorDefinition IdentityProviderRefused = new("IdentityProviderRefused", ErrorKind.AuthenticationError,
        "The OpenID Connect provider refused the sign-in.",
        "Read the provider's reason in the message; check -ClientId and -ClientSecret.");

    /// <summary>The identity provider answers without a token.</summary>
    public static readonly ErrorDefinition IdentityProviderAnswerInvalid = new("IdentityProviderAnswerInvalid", ErrorKind.InvalidData,
        "The OpenID Connect provider's answer has no identity token.",
        "Check that the client may request the scope 'openid'.");

    /// <summary>The browser cannot come back.</summary>
    public static readonly ErrorDefinition SignInPortUnavailable = new("SignInPortUnavailable", ErrorKind.ConnectionError,
        "No port on this machine's loopback address can be opened for the browser to return to.",
        "Sign in with -SignInFlow Device, which needs no port.");

    /// <summary>Nobody signed in.</summary>
    public static readonly ErrorDefinition SignInTimeout = new("SignInTimeout", ErrorKind.OperationTimeout,
        "Nobody completed the sign-in in time.",
        "Run the command again and complete the sign-in in the browser; on a machine without one use the device flow.");

    /// <summary>The provider has no device flow.</summary>
    public static readonly ErrorDefinition DeviceFlowUnsupported = new("DeviceFlowUnsupported", ErrorKind.NotImplemented,
        "The identity provider has no device authorization endpoint.",
        "Sign in with the browser or out of band.");
}
