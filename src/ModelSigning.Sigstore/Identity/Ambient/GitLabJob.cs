using ModelSigning.Core.Http;

namespace ModelSigning.Sigstore.Identity.Ambient;

/// <summary>GitLab CI/CD: the token is in <c>SIGSTORE_ID_TOKEN</c>, or nowhere; the job's definition puts it there.</summary>
internal sealed class GitLabJob : IAmbientSource
{
    /// <inheritdoc />
    public string Name => "GitLab CI/CD";

    /// <inheritdoc />
    public bool IsHere(AmbientEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return environment.Variable("GITLAB_CI") is not null;
    }

    /// <inheritdoc />
    public string Request(AmbientEnvironment environment, string audience, ServiceClient client, CancellationToken cancellationToken) =>
        throw IdentityErrors.AmbientTokenUnavailable.At(
            $"The GitLab job has no SIGSTORE_ID_TOKEN. Add to the job: id_tokens: SIGSTORE_ID_TOKEN: aud: {audience}", Name);
}
