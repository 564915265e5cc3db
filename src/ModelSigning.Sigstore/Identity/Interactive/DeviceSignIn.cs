using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Duende.IdentityModel;
using Duende.IdentityModel.Client;
using ModelSigning.Core.Http;

namespace ModelSigning.Sigstore.Identity.Interactive;

/// <summary>The device authorization grant (RFC 8628), with PKCE as the public instance's provider takes it.</summary>
internal static class DeviceSignIn
{
    private const int MaximumUserCode = 64;
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(5);

    public static IdentityToken Run(SignInRequest request, IInteraction interaction, CancellationToken cancellationToken)
    {
        using HttpClient http = OpenIdClient.CreateHttpClient(request.Policy);
        (string? deviceEndpoint, string? tokenEndpoint) = Wait(request, () => Discover(request, http, cancellationToken), cancellationToken);
        if (string.IsNullOrEmpty(deviceEndpoint) || string.IsNullOrEmpty(tokenEndpoint))
        {
            throw IdentityErrors.DeviceFlowUnsupported.At($"The identity provider '{request.Provider}' has no device flow. Sign in with the browser or the out-of-band flow.", request.Provider);
        }

        string verifier = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(32));
        DeviceAuthorization device = Wait(request, () => AuthorizeAsync(request, http, deviceEndpoint, verifier, cancellationToken), cancellationToken);
        interaction.Show($"Open {device.Address.AbsoluteUri} in a browser and confirm the code {device.UserCode}.");
        return Poll(request, http, tokenEndpoint, device, verifier, cancellationToken);
    }

    private static async Task<(string? Device, string? Token)> Discover(SignInRequest request, HttpClient http, CancellationToken cancellationToken)
    {
        using DiscoveryDocumentRequest message = new() { Address = OpenIdClient.Authority(request.Issuer), Policy = OpenIdClient.Discovery(request) };
        DiscoveryDocumentResponse provider = await http.GetDiscoveryDocumentAsync(message, cancellationToken);
        return provider.IsError
            ? throw OpenIdClient.Unreachable(request, ServiceText.Clean(provider.Error ?? "no configuration"), null)
            : (provider.DeviceAuthorizationEndpoint, provider.TokenEndpoint);
    }

    private static async Task<DeviceAuthorization> AuthorizeAsync(SignInRequest request, HttpClient http, string endpoint, string verifier, CancellationToken cancellationToken)
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
        DeviceAuthorizationResponse device = await http.RequestDeviceAuthorizationAsync(message, cancellationToken);
        RequireObject(request, device);
        if (device.IsError)
        {
            throw OpenIdClient.Refused(request, device.Error, device.ErrorDescription);
        }

        if (string.IsNullOrEmpty(device.DeviceCode) || device.UserCode is not { Length: > 0 and <= MaximumUserCode } userCode)
        {
            throw OpenIdClient.Unreadable(request, "it has no device code, or no user code that a person could type", null);
        }

        TimeSpan interval = device.Interval > 0 ? TimeSpan.FromSeconds(device.Interval) : DefaultInterval;
        return interval > request.Timeout
            ? throw OpenIdClient.Unreadable(request, Invariant($"its polling interval is {interval.TotalSeconds:0} seconds, but the sign-in is limited to {request.Timeout.TotalSeconds:0} seconds"), null)
            : new DeviceAuthorization(device.DeviceCode, ServiceText.Clean(userCode), OpenIdClient.ForABrowser(request, device.VerificationUriComplete ?? device.VerificationUri), interval);
    }

    private static IdentityToken Poll(SignInRequest request, HttpClient http, string endpoint, DeviceAuthorization device, string verifier, CancellationToken cancellationToken)
    {
        TimeSpan interval = device.Interval;
        while (true)
        {
            request.Policy.Delay(interval, cancellationToken).GetAwaiter().GetResult();
            cancellationToken.ThrowIfCancellationRequested();
            (string? token, string? error, string? description) = Wait(request, () => AskAsync(request, http, endpoint, device, verifier, cancellationToken), cancellationToken);
            switch (error)
            {
                case null:
                    return OpenIdClient.Read(request, token, nonce: null);
                case "authorization_pending":
                    break;
                case "slow_down":
                    interval += TimeSpan.FromSeconds(5); // RFC 8628, section 3.5
                    break;
                case "expired_token":
                    throw SignIn.TimedOut(request);
                default:
                    throw OpenIdClient.Refused(request, error, description);
            }
        }
    }

    private static async Task<(string? Token, string? Error, string? Description)> AskAsync(
        SignInRequest request, HttpClient http, string endpoint, DeviceAuthorization device, string verifier, CancellationToken cancellationToken)
    {
        using DeviceTokenRequest message = new()
        {
            Address = endpoint,
            ClientId = request.ClientId,
            ClientSecret = request.Secret(),
            ClientCredentialStyle = ClientCredentialStyle.PostBody,
            DeviceCode = device.Code,
            Parameters = { { OidcConstants.TokenRequest.CodeVerifier, verifier } },
        };
        TokenResponse answer = await http.RequestDeviceTokenAsync(message, cancellationToken);
        RequireObject(request, answer);
        return (answer.IsError ? null : answer.IdentityToken, answer.IsError ? answer.Error ?? "error" : null, answer.IsError ? answer.ErrorDescription : null);
    }

    private static void RequireObject(SignInRequest request, ProtocolResponse answer)
    {
        if (answer.Json is { } json && json.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
        {
            throw OpenIdClient.Unreadable(request, "it is not a JSON object", null);
        }
    }

    private static T Wait<T>(SignInRequest request, Func<Task<T>> call, CancellationToken cancellationToken) =>
        OpenIdClient.GuardedAsync(request, call, cancellationToken).GetAwaiter().GetResult();

    private sealed record DeviceAuthorization(string Code, string UserCode, Uri Address, TimeSpan Interval);
}
