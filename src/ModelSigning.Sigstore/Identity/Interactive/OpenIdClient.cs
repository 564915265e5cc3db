using System.Security.Claims;
using System.Security.Cryptography;
using Duende.IdentityModel.Client;
using Duende.IdentityModel.OidcClient;
using Duende.IdentityModel.OidcClient.Results;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Http;
using ModelSigning.Core.Tracing;

namespace ModelSigning.Sigstore.Identity.Interactive;

/// <summary>
/// The authorization code flow with PKCE (RFC 7636) that the browser and out-of-band sign-ins share. The protocol is
/// Duende's; state, nonce and issuer are compared here, so that each has its own refusal.
/// </summary>
internal sealed class OpenIdClient : IDisposable
{
    /// <summary>
    /// The issuer's name must be the one that was asked for. Its endpoints may be on other hosts, as the large providers' are: the
    /// configuration that names them came from the issuer. That they are https or loopback is the policy's default.
    /// </summary>
    public static DiscoveryPolicy Discovery(SignInRequest request) => new() { Authority = Authority(request.Issuer), ValidateEndpoints = false };

    private const int MaximumAddress = 4096;

    private readonly SignInRequest _request;
    private readonly OidcClient _client;
    private readonly string _nonce = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
    private readonly HttpClient _http;
    private AuthorizeState? _state;

    public OpenIdClient(SignInRequest request, string redirect)
    {
        _request = request;
        _http = CreateHttpClient(request.Policy);
        _client = new OidcClient(new OidcClientOptions
        {
            Policy = new Duende.IdentityModel.OidcClient.Policy { Discovery = Discovery(request) },
            Authority = Authority(request.Issuer),
            ClientId = request.ClientId,
            ClientSecret = request.Secret(),
            Scope = SignInRequest.Scope,
            RedirectUri = redirect,
            LoadProfile = false,
            DisablePushedAuthorization = true,
            HttpClientFactory = _ => _http,
            IdentityTokenValidator = new UnreadToken(),
        });
    }

    /// <summary>An HTTP client for the provider.</summary>
    public static HttpClient CreateHttpClient(ServicePolicy policy) => HttpConnections.Client(policy.TryTimeout);

    /// <summary>The issuer as the provider writes it.</summary>
    public static string Authority(Uri issuer) => issuer.ToString().TrimEnd('/');

    /// <summary>Reads the provider's configuration and makes the address to sign in at.</summary>
    public async Task<Uri> BeginAsync(CancellationToken cancellationToken)
    {
        AuthorizeState state = await GuardedAsync(() => _client.PrepareLoginAsync(new Parameters { { "nonce", _nonce } }, cancellationToken), cancellationToken);
        if (state.IsError)
        {
            throw Unreachable(_request, $"{ServiceText.Clean(state.Error)} {ServiceText.Clean(state.ErrorDescription ?? string.Empty)}".Trim(), null);
        }

        _state = state;
        return ForABrowser(_request, state.StartUrl);
    }

    /// <summary>What the redirection of this sign-in carries; there once it has begun.</summary>
    public string State => _state!.State;

    /// <summary>Exchanges the code that came by this sign-in's redirection.</summary>
    /// <param name="query">The redirection's query.</param>
    /// <param name="cancellationToken">Ends the call at once.</param>
    public Task<IdentityToken> FinishAsync(RedirectQuery query, CancellationToken cancellationToken) => query.Code is { } code
        ? FinishWithCodeAsync(code, cancellationToken)
        : throw Refused(_request, query.Error, query.ErrorDescription);

    /// <summary>Exchanges a code that was typed in.</summary>
    public Task<IdentityToken> FinishWithCodeAsync(string code, CancellationToken cancellationToken) =>
        ExchangeAsync($"?code={Uri.EscapeDataString(code)}&state={Uri.EscapeDataString(_state!.State)}", cancellationToken);

    public void Dispose() => _http.Dispose();

    /// <summary>Runs a call of the protocol's library, whose exceptions are many.</summary>
    public async Task<T> GuardedAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken) => await GuardedAsync(_request, call, cancellationToken);

    /// <inheritdoc cref="GuardedAsync{T}(Func{Task{T}}, CancellationToken)"/>
    public static async Task<T> GuardedAsync<T>(SignInRequest request, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await Traces.CallAsync("the identity provider", () =>
            {
                Traces.TagServer(request.Issuer);
                return call();
            });
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(request, "no response in time", null);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or InvalidOperationException or UriFormatException)
        {
            throw Unreachable(request, ServiceText.Clean(error.Message), error);
        }
        catch (Exception error) when (error is not (ModelSigningException or OperationCanceledException or OutOfMemoryException))
        {
            // The protocol's library reads an answer member by member and throws what it meets there.
            throw Unreadable(request, ServiceText.Clean(error.Message), error);
        }
    }

    /// <summary>An address of the provider's for a person's browser: https or loopback, in ASCII and without a user name in it.</summary>
    public static Uri ForABrowser(SignInRequest request, string? text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? address) || address.UserInfo.Length > 0 || address.AbsoluteUri.Length > MaximumAddress
            || (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
        {
            throw Unreadable(request, "the address to sign in at is not an https address", null);
        }

        return address.Host == address.IdnHost ? address : new UriBuilder(address) { Host = address.IdnHost }.Uri;
    }

    /// <summary>Reads the token of an answer and compares issuer and nonce.</summary>
    public static IdentityToken Read(SignInRequest request, string? token, string? nonce)
    {
        string source = $"the identity provider '{request.Provider}'";
        if (string.IsNullOrEmpty(token))
        {
            throw IdentityErrors.IdentityProviderAnswerInvalid.At($"The identity provider '{request.Provider}' returned no identity token.", request.Provider);
        }

        IdentityToken read = IdentityToken.Parse(token, source);
        if (read.Claims.Issuer.TrimEnd('/') != Authority(request.Issuer))
        {
            read.Dispose();
            throw IdentityErrors.IdentityTokenIssuer.At(
                $"The identity provider '{request.Provider}' returned a token from the issuer '{ServiceText.Clean(read.Claims.Issuer)}'.", request.Provider);
        }

        if (nonce is not null && read.Claims.Nonce != nonce)
        {
            read.Dispose();
            throw IdentityErrors.IdentityTokenNonce.At(
                $"The token of the identity provider '{request.Provider}' does not contain the nonce of this sign-in.", request.Provider);
        }

        return read;
    }

    /// <summary>The refusal of the provider.</summary>
    public static ModelSigningException Refused(SignInRequest request, string? error, string? description) => IdentityErrors.IdentityProviderRefused.At(
        $"The identity provider '{request.Provider}' refused the sign-in of the client '{request.ClientId}': {ServiceText.Clean($"{error} {description}".Trim())}.", request.Provider);

    /// <summary>The provider cannot be used.</summary>
    public static ModelSigningException Unreachable(SignInRequest request, string reason, Exception? inner) => IdentityErrors.IdentityProviderUnreachable.At(
        $"The identity provider '{request.Provider}' cannot be used: {reason}.", request.Provider, inner);

    /// <summary>The provider's answer is not what the standard says.</summary>
    public static ModelSigningException Unreadable(SignInRequest request, string reason, Exception? inner) => IdentityErrors.IdentityProviderAnswerInvalid.At(
        $"The response of the identity provider '{request.Provider}' cannot be used: {reason}.", request.Provider, inner);

    private async Task<IdentityToken> ExchangeAsync(string query, CancellationToken cancellationToken)
    {
        (string? token, string? error, string? description) = await GuardedAsync(async () =>
        {
            LoginResult result = await _client.ProcessResponseAsync(query, _state!, null, cancellationToken);
            return (result.IdentityToken, result.IsError ? result.Error ?? "error" : null, result.ErrorDescription);
        }, cancellationToken);
        return error is null ? Read(_request, token, _nonce)
            : throw (token is null && error.Contains("identity token", StringComparison.OrdinalIgnoreCase)
                ? IdentityErrors.IdentityProviderAnswerInvalid.At($"The identity provider '{_request.Provider}' returned no identity token.", _request.Provider)
                : Refused(_request, error, description));
    }

    // Fulcio verifies the signature; the claims are read where their refusals have names.
    private sealed class UnreadToken : IIdentityTokenValidator
    {
        public Task<IdentityTokenValidationResult> ValidateAsync(string identityToken, OidcClientOptions options, CancellationToken cancellationToken = default) =>
            Task.FromResult(new IdentityTokenValidationResult { User = new ClaimsPrincipal(new ClaimsIdentity()), SignatureAlgorithm = "ES256" });
    }
}
