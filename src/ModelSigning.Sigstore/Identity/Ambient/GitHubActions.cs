using System.Net.Http.Headers;
using ModelSigning.Core.Http;

namespace ModelSigning.Sigstore.Identity.Ambient;

/// <summary>GitHub Actions: the token service whose address and bearer token a job with <c>id-token: write</c> finds in its environment.</summary>
internal sealed class GitHubActions : IAmbientSource
{
    private const string AddressVariable = "ACTIONS_ID_TOKEN_REQUEST_URL";

    /// <inheritdoc />
    public string Name => "GitHub Actions";

    /// <inheritdoc />
    public bool IsHere(AmbientEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return environment.Variable("GITHUB_ACTIONS") is not null || environment.Variable(AddressVariable) is not null;
    }

    /// <inheritdoc />
    public string Request(AmbientEnvironment environment, string audience, ServiceClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(client);
        string? address = environment.Variable(AddressVariable), bearer = environment.Variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN");
        if (address is null || bearer is null)
        {
            throw IdentityErrors.AmbientTokenUnavailable.At(
                "The GitHub Actions job is not allowed to request identity tokens. Add 'permissions: id-token: write' to the job. Pull requests from forks cannot get tokens.", Name);
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? service))
        {
            throw IdentityErrors.AmbientTokenUnavailable.At($"The variable {AddressVariable} of the GitHub Actions job is not an address.", Name);
        }

        Uri addressed = new(address + (service.Query.Length > 0 ? "&" : "?") + "audience=" + Uri.EscapeDataString(audience));
        ServiceAnswer answer = client.Send(AmbientSources.Endpoint(Name), () =>
        {
            HttpRequestMessage message = new(HttpMethod.Get, addressed);
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
            message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            return message;
        }, [], cancellationToken);
        return AmbientSources.Member(answer.Body, "value", Name);
    }
}
