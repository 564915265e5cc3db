using ModelSigning.Core.Http;

namespace ModelSigning.Sigstore.Identity.Ambient;

/// <summary>A service in which a job gets identity tokens without anybody signing in.</summary>
internal interface IAmbientSource
{
    /// <summary>The service's name, as messages have it.</summary>
    string Name { get; }

    /// <summary>Whether this process runs in the service.</summary>
    /// <param name="environment">What the source looks at.</param>
    bool IsHere(AmbientEnvironment environment);

    /// <summary>Gets a token from the service that this process runs in.</summary>
    /// <param name="environment">What the source looks at.</param>
    /// <param name="audience">The audience that the token is requested for.</param>
    /// <param name="client">What services are asked with.</param>
    /// <param name="cancellationToken">Ends the call at once.</param>
    /// <returns>The token's text.</returns>
    /// <exception cref="Core.Errors.ModelSigningException">The service gives no token.</exception>
    string Request(AmbientEnvironment environment, string audience, ServiceClient client, CancellationToken cancellationToken);
}
