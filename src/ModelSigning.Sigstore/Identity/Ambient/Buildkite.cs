using ModelSigning.Core.Http;

namespace ModelSigning.Sigstore.Identity.Ambient;

/// <summary>Buildkite: the agent's program requests the token.</summary>
internal sealed class Buildkite : IAmbientSource
{
    /// <inheritdoc />
    public string Name => "Buildkite";

    /// <inheritdoc />
    public bool IsHere(AmbientEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return environment.Variable("BUILDKITE") is not null;
    }

    /// <inheritdoc />
    public string Request(AmbientEnvironment environment, string audience, ServiceClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return environment.Run("buildkite-agent", ["oidc", "request-token", "--audience", audience], cancellationToken);
    }
}
