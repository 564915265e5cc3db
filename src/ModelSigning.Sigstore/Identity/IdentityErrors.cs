using ModelSigning.Core.Errors;

namespace ModelSigning.Sigstore.Identity;

/// <summary>The refusals of getting an identity token.</summary>
internal static class IdentityErrors
{
    /// <summary>No source has a token.</summary>
    public static readonly ErrorDefinition IdentityTokenMissing = new("IdentityTokenMissing", ErrorKind.AuthenticationError,
        "No identity token was specified, no CI service provides one, and the session cannot prompt for a sign-in.",
        "Use -IdentityToken or SIGSTORE_ID_TOKEN, grant the CI job permission to request tokens, or run the command interactively.");

    /// <summary>A CI service was recognised, and does not offer a token.</summary>
    public static readonly ErrorDefinition AmbientTokenUnavailable = new("AmbientTokenUnavailable", ErrorKind.AuthenticationError,
        "The job runs in a CI or cloud service that issues identity tokens, but this job cannot get one.",
        "Grant the job permission to request identity tokens. The message shows how.");

    /// <summary>The service that issues ambient tokens does not answer.</summary>
    public static readonly ErrorDefinition AmbientServiceUnreachable = new("AmbientServiceUnreachable", ErrorKind.ConnectionError,
        "The CI or cloud service's token endpoint cannot be reached.",
        "Try again later, and check the service's status.");

    /// <summary>The service that issues ambient tokens refuses.</summary>
    public static readonly ErrorDefinition AmbientServiceRefused = new("AmbientServiceRefused", ErrorKind.AuthenticationError,
        "The CI or cloud service's token endpoint refused the request.",
        "Grant the job permission to request identity tokens.");

    /// <summary>The service that issues ambient tokens answers something else.</summary>
    public static readonly ErrorDefinition AmbientAnswerInvalid = new("AmbientAnswerInvalid", ErrorKind.InvalidData,
        "The response from the token endpoint of the CI or cloud service does not contain a token.",
        "Check the service's status, or specify the token with -IdentityToken.");

    /// <summary>The token is not a JSON Web Token.</summary>
    public static readonly ErrorDefinition IdentityTokenMalformed = new("IdentityTokenMalformed", ErrorKind.AuthenticationError,
        "The identity token is not a JSON Web Token with the claims that Sigstore needs.",
        "Specify the whole OpenID Connect identity token, not an access token or a file name.");

    /// <summary>The token's time is over, or nearly.</summary>
    public static readonly ErrorDefinition IdentityTokenExpired = new("IdentityTokenExpired", ErrorKind.AuthenticationError,
        "The identity token has expired or is valid for less than a minute.",
        "Get a new token immediately before signing, and check the clock of this machine.");

    /// <summary>The token is for someone else.</summary>
    public static readonly ErrorDefinition IdentityTokenAudience = new("IdentityTokenAudience", ErrorKind.AuthenticationError,
        "The audience of the identity token is not the Sigstore instance.",
        "Request a token with the audience 'sigstore', or with the value of -ClientId.");

    /// <summary>The token's e-mail address is not verified.</summary>
    public static readonly ErrorDefinition IdentityTokenEmailUnverified = new("IdentityTokenEmailUnverified", ErrorKind.AuthenticationError,
        "The identity provider has not verified the e-mail address in the token.",
        "Verify the address at the identity provider, and then sign in again.");

    /// <summary>The token was not made for this sign-in.</summary>
    public static readonly ErrorDefinition IdentityTokenNonce = new("IdentityTokenNonce", ErrorKind.SecurityError,
        "The identity provider's token does not contain the nonce of this sign-in, so it may belong to another one.",
        "Sign in again. If the error returns, do not use that identity provider.");

    /// <summary>The token is of another issuer than the one that was asked.</summary>
    public static readonly ErrorDefinition IdentityTokenIssuer = new("IdentityTokenIssuer", ErrorKind.SecurityError,
        "The identity provider returned a token from a different issuer.",
        "Check the address in -Issuer or in the signing configuration.");

    /// <summary>The identity provider does not answer.</summary>
    public static readonly ErrorDefinition IdentityProviderUnreachable = new("IdentityProviderUnreachable", ErrorKind.ConnectionError,
        "The OpenID Connect provider cannot be reached, or its configuration does not conform to the standard.",
        "Check the network connection, and the address in -Issuer or in the signing configuration.");

    /// <summary>The identity provider refuses.</summary>
    public static readonly ErrorDefinition IdentityProviderRefused = new("IdentityProviderRefused", ErrorKind.AuthenticationError,
        "The OpenID Connect provider refused the sign-in.",
        "Read the reason in the message, and check -ClientId and -ClientSecret.");

    /// <summary>The identity provider answers without a token.</summary>
    public static readonly ErrorDefinition IdentityProviderAnswerInvalid = new("IdentityProviderAnswerInvalid", ErrorKind.InvalidData,
        "The response of the OpenID Connect provider does not contain an identity token.",
        "Check that the client is allowed to request the scope 'openid'.");

    /// <summary>The browser cannot come back.</summary>
    public static readonly ErrorDefinition SignInPortUnavailable = new("SignInPortUnavailable", ErrorKind.ConnectionError,
        "No port can be opened on this machine's loopback address for the browser sign-in.",
        "Use -SignInFlow Device, which does not need a port.");

    /// <summary>Nobody signed in.</summary>
    public static readonly ErrorDefinition SignInTimeout = new("SignInTimeout", ErrorKind.OperationTimeout,
        "The sign-in was not completed in time.",
        "Run the command again and complete the sign-in in the browser. On a machine without a browser, use the device flow.");

    /// <summary>The provider has no device flow.</summary>
    public static readonly ErrorDefinition DeviceFlowUnsupported = new("DeviceFlowUnsupported", ErrorKind.NotImplemented,
        "The identity provider has no device authorization endpoint.",
        "Sign in with the browser or the out-of-band flow.");
}
