using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Tracing;

namespace ModelSigning.Core.Http;

/// <summary>An answer that counts as a success, or as a status that the caller said it handles.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The whole body, within the service's bound.</param>
/// <param name="Location">The Location header as an absolute address; null without one, or with one that is malformed.</param>
internal sealed record ServiceAnswer(HttpStatusCode Status, ReadOnlyMemory<byte> Body, Uri? Location);

/// <summary>
/// Talks to services: https only (plain HTTP on loopback), no redirections but those that a service is allowed, bounded answers, one
/// deadline for everything that belongs to a request, and repeated tries only for what may be different the next time: connection
/// errors, 408, 429 and 5xx.
/// </summary>
public sealed class ServiceClient : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>Makes a client.</summary>
    /// <param name="policy">How long services are waited for.</param>
    public ServiceClient(ServicePolicy policy)
        : this(policy, HttpConnections.Handler())
    {
    }

    internal ServiceClient(ServicePolicy policy, HttpMessageHandler handler)
    {
        ArgumentNullException.ThrowIfNull(policy);
        Policy = policy;
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>How long services are waited for.</summary>
    public ServicePolicy Policy { get; }

    /// <summary>Sends a request until it is answered.</summary>
    /// <param name="service">The service, for errors and bounds.</param>
    /// <param name="request">Makes the request, once for each try.</param>
    /// <param name="handled">Statuses beyond 2xx that are returned instead of refused.</param>
    /// <param name="cancellationToken">Ends the call at once.</param>
    /// <exception cref="ModelSigningException">The service is not reached, refuses, or answers too much.</exception>
    internal ServiceAnswer Send(ServiceEndpoint service, Func<HttpRequestMessage> request, IReadOnlyList<HttpStatusCode> handled, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(request);
        return Traces.Call(service.Name, () => SendAsync(service, request, handled, cancellationToken).GetAwaiter().GetResult());
    }

    /// <summary>Refuses an address that tokens and signatures must not travel to.</summary>
    /// <exception cref="ModelSigningException">The address is neither https nor loopback.</exception>
    internal static void RequireSecure(ServiceEndpoint service, Uri address)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(address);
        if (!HttpAddress.IsSecure(address) && !(service.AllowsPlainHttp && HttpAddress.IsHttp(address)))
        {
            string shown = HttpAddress.Plain(address);
            throw ServiceErrors.ServiceInsecure.At($"The address '{shown}' of {service.Name} is not https, and not a loopback address.", shown);
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
        Uri? address = null;
        using CancellationTokenSource once = CancellationTokenSource.CreateLinkedTokenSource(deadline);
        once.CancelAfter(Policy.TryTimeout);
        try
        {
            for (int redirections = 0; ; redirections++)
            {
                using HttpRequestMessage request = make();
                request.RequestUri = address ??= request.RequestUri!;
                RequireSecure(service, address);
                Traces.TagServer(address);
                using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, once.Token);
                Traces.TagAnswer(response.StatusCode);
                Uri? location = Location(response, address);
                if (service.Redirections > 0 && IsRedirection(response.StatusCode, request.Method))
                {
                    address = Follow(service, address, location, redirections);
                    continue;
                }

                byte[] body = await HttpConnections.ReadAsync(response.Content, service.MaximumAnswer, once.Token) ?? throw service.AnswerInvalid.At(
                    Invariant($"{Named(service, address)} returned more than {service.MaximumAnswer} bytes."), HttpAddress.Plain(address));
                return response.IsSuccessStatusCode || handled.Contains(response.StatusCode)
                    ? (new ServiceAnswer(response.StatusCode, body, location), null, null)
                    : Refusal(service, address, response, body);
            }
        }
        catch (OperationCanceledException error) when (!caller.IsCancellationRequested)
        {
            return (null, null, service.Late.At($"{Named(service, address!)} did not respond in time.", HttpAddress.Plain(address!), error));
        }
        catch (Exception error) when (error is HttpRequestException or IOException or SocketException)
        {
            return (null, null, service.Unreachable.At(
                $"{Named(service, address!)} cannot be reached: {ServiceText.Clean(error.Message)}", HttpAddress.Plain(address!), error));
        }
    }

    private static (ServiceAnswer?, TimeSpan?, ModelSigningException) Refusal(ServiceEndpoint service, Uri address, HttpResponseMessage response, byte[] body)
    {
        int status = (int)response.StatusCode;
        bool mayPass = status is 408 or 429 or >= 500;
        ModelSigningException refusal = (mayPass ? service.Failing : service.Refused).At(
            Invariant($"{Named(service, address)} returned the status {status}{ServiceText.Reason(body)}."), HttpAddress.Plain(address));
        return mayPass ? (null, RetryAfter(response), refusal) : throw refusal;
    }

    // Another method would send another request than the one that was made.
    private static bool IsRedirection(HttpStatusCode status, HttpMethod method) => (int)status switch
    {
        301 or 302 or 303 => method == HttpMethod.Get,
        307 or 308 => true,
        _ => false,
    };

    private static Uri Follow(ServiceEndpoint service, Uri from, Uri? to, int redirections)
    {
        string? refusal = redirections >= service.Redirections
            ? Invariant($"redirects more than {service.Redirections} times")
            : to is null ? "redirects without a valid address"
            : to.Scheme != Uri.UriSchemeHttps ? $"redirects to '{HttpAddress.Plain(to)}', which is not https" : null;
        return refusal is null ? to! : throw service.Refused.At($"{Named(service, from)} {refusal}.", HttpAddress.Plain(from));
    }

    private static Uri? Location(HttpResponseMessage response, Uri address) =>
        response.Headers.Location is { } given && Uri.TryCreate(address, given, out Uri? location) ? location : null;

    private static TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter?.Delta is { } wait ? TimeSpan.FromTicks(Math.Min(wait.Ticks, TimeSpan.FromSeconds(30).Ticks)) : null;

    private static string Named(ServiceEndpoint service, Uri address) =>
        $"{char.ToUpperInvariant(service.Name[0])}{service.Name[1..]} at '{HttpAddress.Plain(address)}'";
}
