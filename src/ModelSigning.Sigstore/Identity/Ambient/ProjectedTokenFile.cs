using ModelSigning.Core.Http;

namespace ModelSigning.Sigstore.Identity.Ambient;

/// <summary>Kubernetes (AKS, EKS, GKE) and SPIFFE: a token file projected into the job, at the path that cosign established.</summary>
internal sealed class ProjectedTokenFile : IAmbientSource
{
    /// <inheritdoc />
    public string Name => "the projected token file";

    /// <inheritdoc />
    public bool IsHere(AmbientEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return File.Exists(environment.ProjectedTokenFile);
    }

    /// <inheritdoc />
    public string Request(AmbientEnvironment environment, string audience, ServiceClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return AmbientEnvironment.ReadFile(environment.ProjectedTokenFile) ?? throw IdentityErrors.AmbientTokenUnavailable.At(
            $"The projected token file '{environment.ProjectedTokenFile}' cannot be read. Grant the job's user read access.", environment.ProjectedTokenFile);
    }
}
