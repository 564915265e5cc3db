using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ModelSigning.Core.Http;

namespace ModelSigning.Sigstore.Identity.Ambient;

/// <summary>Google Cloud: the machine's service account by the metadata server, or another by impersonation.</summary>
internal sealed class GoogleCloud : IAmbientSource
{
    private const string AccountVariable = "GOOGLE_SERVICE_ACCOUNT_NAME";
    private const string DefaultAccount = "computeMetadata/v1/instance/service-accounts/default/";

    /// <inheritdoc />
    public string Name => "Google Cloud";

    /// <inheritdoc />
    public bool IsHere(AmbientEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return environment.Variable(AccountVariable) is not null
            || AmbientEnvironment.ReadFile(environment.ProductNameFile)?.StartsWith("Google", StringComparison.Ordinal) == true;
    }

    /// <inheritdoc />
    public string Request(AmbientEnvironment environment, string audience, ServiceClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(client);
        if (environment.Variable(AccountVariable) is { } account)
        {
            return Impersonate(environment, account, audience, client, cancellationToken);
        }

        Uri address = new(environment.MetadataServer, $"{DefaultAccount}identity?audience={Uri.EscapeDataString(audience)}&format=full");
        return Encoding.UTF8.GetString(Metadata(address, client, cancellationToken).Span);
    }

    private string Impersonate(AmbientEnvironment environment, string account, string audience, ServiceClient client, CancellationToken cancellationToken)
    {
        Uri tokenAddress = new(environment.MetadataServer, DefaultAccount + "token?scopes=https://www.googleapis.com/auth/cloud-platform");
        string accessToken = AmbientSources.Member(Metadata(tokenAddress, client, cancellationToken), "access_token", Name);
        Uri address = new(environment.CredentialsService, $"v1/projects/-/serviceAccounts/{Uri.EscapeDataString(account)}:generateIdToken");
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new { audience, includeEmail = true });
        ServiceAnswer answer = client.Send(AmbientSources.Endpoint(Name), () =>
        {
            HttpRequestMessage message = new(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
            return message;
        }, [], cancellationToken);
        return AmbientSources.Member(answer.Body, "token", Name);
    }

    private ReadOnlyMemory<byte> Metadata(Uri address, ServiceClient client, CancellationToken cancellationToken) =>
        client.Send(AmbientSources.Endpoint(Name, allowsPlainHttp: true), () =>
        {
            HttpRequestMessage message = new(HttpMethod.Get, address);
            message.Headers.Add("Metadata-Flavor", "Google");
            return message;
        }, [], cancellationToken).Body;
}
