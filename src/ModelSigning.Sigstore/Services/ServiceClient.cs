using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Tracing;

namespace ModelSigning.Sigstore.Services;

/// <summary>An answer that counts as a success, or as a status that the caller said it handles.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The whole body, within the service's bound.</param>
/// <param name="Location">The Location header; null without one.</param>
public sealed record ServiceAnswer(HttpStatusCode Status, ReadOnlyMemory<byte> Body, Uri? Location);

/// <summary>
/// Talks to the services of a Sigstore instance: https only (plain HTTP on loopback), no redirections, bounded answers, and
/// repeated tries only for what may be different the next time: connection errors, 408, 429 and 5xx.
/// </summary>
public sealed class ServiceClient : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>Makes a client.</summary>
    /// <param name="policy">How long services are waited for.</param>
    public ServiceClient(ServicePolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        Policy = policy;
        _http = new HttpClient(Handler()) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>How long services are waited for.</summary>
    public ServicePolicy Policy { get; }

    /// <summary>The handler that every connection of the Sigstore client is made with; the caller disposes of it.</summary>
    public static SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        Proxy = new LoopbackBypassingProxy(HttpClient.DefaultProxy),
        ConnectTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        UseCookies = false,
    };

    /// <summary>Sends a request until it is answered.</summary>
    /// <param name="service">The service, for errors and bounds.</param>
    /// <param name="request">Makes the request, anew for each try.</param>
    /// <param name="handled">Statuses beyond 2xx that are returned instead of refused.</param>
    /// <param name="cancellationToken">Ends the call at once.</param>
    /// <exception cref="ModelSigningException">The service is not reached, refuses, or answers too much.</exception>
    public ServiceAnswer Send(ServiceEndpoint service, Func<HttpRequestMessage> request, IReadOnlyList<HttpStatusCode> handled, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(request);
        return Traces.Call(service.Name, () => SendAsync(service, request, handled, cancellationToken).GetAwaiter().GetResult());
    }

    /// <summary>Refuses an address that tokens and signatures must not travel to.</summary>
    /// <exception cref="ModelSigningException">The address is neither https nor loopback.</exception>
    public static void RequireSecure(ServiceEndpoint service, Uri address)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(address);
        bool secure = address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && (address.IsLoopback || service.AllowsPlainHttp));
        if (!secure)
        {
            throw ServiceErrors.ServiceInsecure.At(
                $"The address '{address}' of {service.Name} is not https; plain HTTP is used on loopback only. Correct the address.", address.ToString());
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private async Task<ServiceAnswer> SendAsync(
        ServiceEndpoint service, Func<HttpRequestMessage> request, IReadOnlyList<HttpStatusCode> handled, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Policy.Deadline);
        for (int attempt = 1; ; attempt++)
        {
            (ServiceAnswer? answer, TimeSpan? retryAfter, ModelSigningException? failure) =
                await TryOnceAsync(service, request, handled, cancellationToken, deadline.Token);
            if (answer is not null)
            {
                return answer;
            }

            if (attempt >= Policy.Tries)
            {
                throw failure!;
            }

            double spread = RandomNumberGenerator.GetInt32(1000) / 2000.0;
            TimeSpan pause = retryAfter ?? (Policy.Pause * Math.Pow(2, attempt - 1) * (1 + spread));
            try
            {
                await Policy.Delay(pause, deadline.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw failure!;
            }
        }
    }

    private async Task<(ServiceAnswer? Answer, TimeSpan? RetryAfter, ModelSigningException? Failure)> TryOnceAsync(
        ServiceEndpoint service, Func<HttpRequestMessage> make, IReadOnlyList<HttpStatusCode> handled, CancellationToken caller, CancellationToken deadline)
    {
        using HttpRequestMessage request = make();
        Uri address = request.RequestUri!;
        RequireSecure(service, address);
        Traces.TagServer(address);
        using CancellationTokenSource once = CancellationTokenSource.CreateLinkedTokenSource(deadline);
        once.CancelAfter(Policy.TryTimeout);
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, once.Token);
            Traces.TagAnswer(response.StatusCode);
            byte[] body = await ReadAsync(service, address, response, once.Token);
            if (response.IsSuccessStatusCode || handled.Contains(response.StatusCode))
            {
                return (new ServiceAnswer(response.StatusCode, body, response.Headers.Location), null, null);
            }

            int status = (int)response.StatusCode;
            string said = string.Create(CultureInfo.InvariantCulture, $"answered with status {status}{ServiceText.Reason(body)}");
            return status is 408 or 429 or >= 500
                ? (null, RetryAfter(response), service.Unreachable.At($"{Capital(service.Name)} at '{Plain(address)}' {said}. Try again later.", Plain(address)))
                : throw service.Refused.At($"{Capital(service.Name)} at '{Plain(address)}' {said}.", Plain(address));
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            return (null, null, service.Unreachable.At(
                $"{Capital(service.Name)} at '{Plain(address)}' did not answer in time. Look at the network connection and the proxy, then try again.", Plain(address)));
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return (null, null, service.Unreachable.At(
                $"{Capital(service.Name)} at '{Plain(address)}' cannot be reached: {ServiceText.Clean(error.Message)}. Look at the network connection and the proxy, then try again.",
                Plain(address), error));
        }
    }

    private static async Task<byte[]> ReadAsync(ServiceEndpoint service, Uri address, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using MemoryStream body = new();
        byte[] buffer = new byte[16 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            body.Write(buffer, 0, read);
            if (body.Length > service.MaximumAnswer)
            {
                throw service.AnswerInvalid.At(string.Create(CultureInfo.InvariantCulture,
                    $"{Capital(service.Name)} at '{Plain(address)}' answered with more than {service.MaximumAnswer} bytes."), Plain(address));
            }
        }

        return body.ToArray();
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter?.Delta is { } wait ? TimeSpan.FromTicks(Math.Min(wait.Ticks, TimeSpan.FromSeconds(30).Ticks)) : null;

    // A query may carry what is not for everybody.
    private static string Plain(Uri address) => address.GetLeftPart(UriPartial.Path);

    private static string Capital(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    // The system's proxy, except for addresses on this machine.
    private sealed class LoopbackBypassingProxy(IWebProxy system) : IWebProxy
    {
        public ICredentials? Credentials
        {
            get => system.Credentials;
            set => system.Credentials = value;
        }

        public Uri? GetProxy(Uri destination) => destination.IsLoopback ? null : system.GetProxy(destination);

        public bool IsBypassed(Uri host) => host.IsLoopback || system.IsBypassed(host);
    }
}
