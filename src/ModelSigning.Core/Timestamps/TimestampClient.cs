using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Tracing;

namespace ModelSigning.Core.Timestamps;

/// <summary>
/// Asks a timestamp server over HTTP (RFC 3161, section 3.4) and verifies the answer before anybody uses it. Redirects from https to
/// http are not followed, answers over 1 MiB are refused, the whole exchange has a deadline, and loopback is reached without a proxy.
/// </summary>
public sealed class TimestampClient
{
    /// <summary>The deadline of one exchange where none is given: 30 seconds.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    private static readonly MediaTypeHeaderValue QueryType = new("application/timestamp-query");

    private readonly Uri _server;
    private readonly string _name;
    private readonly IReadOnlyList<TimestampAuthority>? _authorities;
    private readonly TimeSpan _timeout;

    /// <summary>Makes a client of one server; no connection is made yet.</summary>
    /// <param name="server">The server's complete address.</param>
    /// <param name="authorities">
    /// The authorities of which one must have made the answer; null accepts any whose certificate comes with the answer and made its
    /// signature: then nobody vouches for the authority, and a verifier will decide.
    /// </param>
    /// <param name="timeout">The deadline of one exchange; null for <see cref="DefaultTimeout"/>.</param>
    /// <exception cref="ModelSigningException"><see cref="TimestampErrors.ServerInvalid"/>.</exception>
    public TimestampClient(Uri server, IReadOnlyList<TimestampAuthority>? authorities = null, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        if (!server.IsAbsoluteUri || server.Scheme is not ("http" or "https"))
        {
            throw TimestampErrors.ServerInvalid.At($"'{server}' is not an absolute http or https address of a timestamp server.", server.ToString());
        }

        _server = server;
        _authorities = authorities;
        _timeout = timeout ?? DefaultTimeout;

        // A name or password in the address stays out of messages.
        _name = server.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
    }

    /// <summary>Has a signature timestamped.</summary>
    /// <param name="signature">The raw signature; only its SHA-256 is sent.</param>
    /// <param name="cancellationToken">Ends the exchange at once.</param>
    /// <returns>The server's whole answer, a TimeStampResp; granted, over this signature, with this request's nonce, and signed.</returns>
    /// <exception cref="ModelSigningException">One of <see cref="TimestampErrors"/>.</exception>
    public ReadOnlyMemory<byte> Request(ReadOnlySpan<byte> signature, CancellationToken cancellationToken)
    {
        TimestampRequest request = TimestampRequest.For(signature);
        byte[] answer = Traces.Call("the timestamp server", () => Exchange(request.Encoding, cancellationToken));
        TimestampResponse response = TimestampResponse.Parse(answer);
        if (!response.IsGranted)
        {
            throw TimestampErrors.ServerRefused.At($"The timestamp server {_name} refused: {response.Reason}.", _name);
        }

        TimestampToken token = TimestampToken.Read(response);
        if (token.Info.Nonce != request.Nonce)
        {
            throw TimestampErrors.NonceMismatch.At($"The timestamp server {_name} answered another request: the nonce differs.", _name);
        }

        if (!token.Info.IsOver(signature))
        {
            throw TimestampErrors.ImprintMismatch.At($"The timestamp server {_name} answered with a timestamp over something else.", _name);
        }

        if (_authorities is null)
        {
            token.CheckOwnSigner();
        }
        else if (TimestampVerifier.Verify(answer, signature, _authorities) is null)
        {
            throw TimestampErrors.AuthorityUntrusted.At(
                $"The timestamp server {_name} answered with a timestamp of an authority that is not among the trusted ones.", _name);
        }

        return answer;
    }

    /// <summary>One exchange; it runs outside any synchronisation context, so waiting for it cannot deadlock.</summary>
    private byte[] Exchange(byte[] query, CancellationToken cancellationToken)
    {
        Traces.TagServer(_server);
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_timeout);
        try
        {
            return Task.Run(() => ExchangeAsync(query, deadline.Token), CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw TimestampErrors.ServerTimeout.At(string.Create(CultureInfo.InvariantCulture,
                $"The timestamp server {_name} did not answer within {_timeout.TotalSeconds} seconds."), _name, exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            throw TimestampErrors.ServerUnreachable.At(
                $"The timestamp server {_name} could not be reached, or broke off: {exception.Message}", _name, exception);
        }
    }

    private async Task<byte[]> ExchangeAsync(byte[] query, CancellationToken token)
    {
        using SocketsHttpHandler handler = new()
        {
            UseProxy = !_server.IsLoopback,
            UseCookies = false,
            MaxAutomaticRedirections = 3,
        };
        using HttpClient client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
        using HttpRequestMessage message = new(HttpMethod.Post, _server) { Content = new ByteArrayContent(query) };
        message.Content.Headers.ContentType = QueryType;
        using HttpResponseMessage response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, token);
        Traces.TagAnswer(response.StatusCode);
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Created))
        {
            throw TimestampErrors.ServerRefused.At(string.Create(CultureInfo.InvariantCulture,
                $"The timestamp server {_name} answered with HTTP status {(int)response.StatusCode}."), _name);
        }

        using Stream content = await response.Content.ReadAsStreamAsync(token);
        return await ReadBoundedAsync(content, token);
    }

    private async Task<byte[]> ReadBoundedAsync(Stream content, CancellationToken token)
    {
        using MemoryStream answer = new();
        byte[] buffer = new byte[16 * 1024];
        int count;
        while ((count = await content.ReadAsync(buffer, token)) > 0)
        {
            if (answer.Length + count > TimestampResponse.MaximumLength)
            {
                throw TimestampErrors.AnswerTooLarge.At($"The answer of the timestamp server {_name} is larger than 1 MiB.", _name);
            }

            answer.Write(buffer, 0, count);
        }

        return answer.ToArray();
    }
}
