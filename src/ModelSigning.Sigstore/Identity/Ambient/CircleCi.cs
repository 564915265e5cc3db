using System.Text.Json;
using ModelSigning.Core.Http;

namespace ModelSigning.Sigstore.Identity.Ambient;

/// <summary>CircleCI: the job's program requests the token.</summary>
internal sealed class CircleCi : IAmbientSource
{
    /// <inheritdoc />
    public string Name => "CircleCI";

    /// <inheritdoc />
    public bool IsHere(AmbientEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return environment.Variable("CIRCLECI") is not null;
    }

    /// <inheritdoc />
    public string Request(AmbientEnvironment environment, string audience, ServiceClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return environment.Run("circleci", ["run", "oidc", "get", "--root-issuer", "--claims", JsonSerializer.Serialize(new { aud = audience })], cancellationToken);
    }
}
