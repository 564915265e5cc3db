using System.Security.Cryptography;
using System.Text;
using Duende.IdentityModel;
using Duende.IdentityModel.Client;
using ModelSigning.Sigstore.Services;

namespace ModelSigning.Sigstore.Identity.Interactive;

/// <summary>The device authorization grant (RFC 8628), with PKCE as the public instance's provider takes it.</summary>
internal static class DeviceSignIn
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(5);

    public static IdentityToken Run(SignInRequest request, IInteraction interaction, CancellationToken cancellationToken)
    {
        using HttpClient http = OpenIdClient.CreateHttpClient(request.Policy);
        DiscoveryDocumentResponse provider = Wait(request, () => Discover(request, http, cancellationToken), cancellationToken);
        if (provider.IsError)
        {
            throw OpenIdClient.Unreachable(request, ServiceText.Clean(provider.Error ?? "no configuration"), null);
        }

        if (provider.DeviceAuthorizationEndpoint is not { Length: > 0 } endpoint)
        {
            throw IdentityErrors.DeviceFlowUnsupported.At($"The identity provider '{request.Issuer}' has no device flow. Sign in with the browser or out of band.", request.Issuer.ToString());
        }

        string verifier = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(32));
        DeviceAuthorizationResponse device = Authorize(request, http, endpoint, verifier, cancellationToken);
        interaction.Show($"Open {device.VerificationUriComplete ?? device.VerificationUri} in a browser and confirm the code {device.UserCode}.");
        return Poll(request, http, provider.TokenEndpoint!, device, verifier, cancellationToken);
    }

    private static async Task<DiscoveryDocumentResponse> Discover(SignInRequest request, HttpClient http, CancellationToken cancellationToken)
    {
        using DiscoveryDocumentRequest message = new() { Address = OpenIdClient.Authority(request.Issuer), Policy = OpenIdClient.Discovery(request) };
        return await http.GetDiscoveryDocumentAsync(message, cancellationToken);
    }

    private static DeviceAuthorizationResponse Authorize(SignInRequest request, HttpClient http, string endpoint, string verifier, CancellationToken cancellationToken)
    {
        using DeviceAuthorizationRequest message = new()
        {
            Address = endpoint,
            ClientId = request.ClientId,
            ClientSecret = request.Secret(),
            ClientCredentialStyle = ClientCredentialStyle.PostBody,
            Scope = SignInRequest.Scope,
            Parameters =
            {
                { "code_challenge", Base64UrlText.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))) },
                { "code_challenge_method", "S256" },
            },
        };
        DeviceAuthorizationResponse device = Wait(request, () => http.RequestDeviceAuthorizationAsync(message, cancellationToken), cancellationToken);
        return device.IsError || device.DeviceCode is null ? throw OpenIdClient.Refused(request, device.Error, device.ErrorDescription) : device;
    }

    private static IdentityToken Poll(SignInRequest request, HttpClient http, string endpoint, DeviceAuthorizationResponse device, string verifier, CancellationToken cancellationToken)
    {
        TimeSpan interval = device.Interval > 0 ? TimeSpan.FromSeconds(device.Interval) : DefaultInterval;
        while (true)
        {
            request.Policy.Delay(interval, cancellationToken).GetAwaiter().GetResult();
            cancellationToken.ThrowIfCancellationRequested();
            using DeviceTokenRequest message = new()
            {
                Address = endpoint,
                ClientId = request.ClientId,
                ClientSecret = request.Secret(),
                ClientCredentialStyle = ClientCredentialStyle.PostBody,
                DeviceCode = device.DeviceCode!,
                Parameters = { { OidcConstants.TokenRequest.CodeVerifier, verifier } },
            };
            TokenResponse answer = Wait(request, () => http.RequestDeviceTokenAsync(message, cancellationToken), cancellationToken);
            if (!answer.IsError)
            {
                return OpenIdClient.Read(request, answer.IdentityToken, nonce: null);
            }

            switch (answer.Error)
            {
                case "authorization_pending":
                    break;
                case "slow_down":
                    interval += TimeSpan.FromSeconds(5); // RFC 8628, section 3.5
                    break;
                case "expired_token":
                    throw SignIn.TimedOut(request);
                default:
                    throw OpenIdClient.Refused(request, answer.Error, answer.ErrorDescription);
            }
        }
    }

    private static T Wait<T>(SignInRequest request, Func<Task<T>> call, CancellationToken cancellationToken) =>
        OpenIdClient.GuardedAsync(request, call, cancellationToken).GetAwaiter().GetResult();
}
