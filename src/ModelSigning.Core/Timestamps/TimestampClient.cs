using System.Net.Http.Headers;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Http;

namespace ModelSigning.Core.Timestamps;

/// <summary>
/// Asks a timestamp server over HTTP (RFC 3161, section 3.4) and verifies the answer before anyone uses it. Redirections are followed to
/// https addresses only, answers over 1 MiB are refused, and the whole exchange, repeated tries included, has one deadline.
/// </summary>
public sealed class TimestampClient
{
    /// <summary>The deadline of one exchange where none is given: 30 seconds.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    private static readonly MediaTypeHeaderValue QueryType = new("application/timestamp-query");

    private static readonly ServiceEndpoint Service = new(
        "the timestamp server", TimestampErrors.ServerUnreachable, TimestampErrors.ServerRefused, TimestampErrors.AnswerTooLarge)
    {
        Late = TimestampErrors.ServerTimeout,
        Failing = TimestampErrors.ServerRefused,
        MaximumAnswer = TimestampResponse.MaximumLength,
        Redirections = 3,
    };

    private readonly Uri _server;
    private readonly string _name;
    private readonly IReadOnlyList<TimestampAuthority>? _authorities;
    private readonly ServiceEndpoint _service;
    private readonly ServicePolicy _policy;

    /// <summary>Makes a client of a server that the caller chose; no connection is made yet. It may be one without https, as most are.</summary>
    /// <param name="server">The server's complete address.</param>
    /// <param name="authorities">
    /// The authorities of which one must have made the answer; null accepts any whose certificate comes with the answer and made its
    /// signature: then only a verifier decides whether the authority is trusted.
    /// </param>
    /// <param name="timeout">The deadline of one exchange; null for <see cref="DefaultTimeout"/>.</param>
    /// <exception cref="ModelSigningException"><see cref="TimestampErrors.ServerInvalid"/>.</exception>
    public TimestampClient(Uri server, IReadOnlyList<TimestampAuthority>? authorities = null, TimeSpan? timeout = null)
        : this(server, authorities, new ServicePolicy { TryTimeout = timeout ?? DefaultTimeout, Deadline = timeout ?? DefaultTimeout }, Service with { AllowsPlainHttp = true })
    {
    }

    /// <summary>Makes a client of a server that a Sigstore instance lists, with https as for its other services.</summary>
    /// <inheritdoc cref="TimestampClient(Uri, IReadOnlyList{TimestampAuthority}?, TimeSpan?)"/>
    /// <param name="server"/>
    /// <param name="authorities"/>
    /// <param name="policy">How long the server is waited for.</param>
    internal TimestampClient(Uri server, IReadOnlyList<TimestampAuthority> authorities, ServicePolicy policy)
        : this(server, authorities, policy, Service)
    {
    }

    private TimestampClient(Uri server, IReadOnlyList<TimestampAuthority>? authorities, ServicePolicy policy, ServiceEndpoint service)
    {
        ArgumentNullException.ThrowIfNull(server);
        _name = HttpAddress.Plain(server);
        if (!HttpAddress.IsHttp(server))
        {
            throw TimestampErrors.ServerInvalid.At($"'{_name}' is not an absolute http or https address of a timestamp server.", _name);
        }

        _server = server;
        _authorities = authorities;
        _policy = policy;
        _service = service;
    }

    /// <summary>Has a signature timestamped.</summary>
    /// <param name="signature">The raw signature; only its SHA-256 is sent.</param>
    /// <param name="cancellationToken">Ends the exchange at once.</param>
    /// <returns>The server's whole answer, a TimeStampResp; granted, over this signature, with this request's nonce, and signed.</returns>
    /// <exception cref="ModelSigningException">One of <see cref="TimestampErrors"/>.</exception>
    public ReadOnlyMemory<byte> Request(ReadOnlySpan<byte> signature, CancellationToken cancellationToken)
    {
        TimestampRequest request = TimestampRequest.For(signature);
        ReadOnlyMemory<byte> answer = Exchange(request.Encoding, cancellationToken);
        TimestampResponse response = TimestampResponse.Parse(answer);
        if (!response.IsGranted)
        {
            throw TimestampErrors.ServerRefused.At($"The timestamp server {_name} refused the request: {response.Reason}.", _name);
        }

        using TimestampToken token = TimestampToken.Read(response);
        if (token.Info.Nonce != request.Nonce)
        {
            throw TimestampErrors.NonceMismatch.At($"The response of the timestamp server {_name} has a different nonce.", _name);
        }

        if (!token.Info.IsOver(signature))
        {
            throw TimestampErrors.ImprintMismatch.At($"The timestamp server {_name} returned a timestamp for other data.", _name);
        }

        if (_authorities is null)
        {
            token.CheckOwnSigner();
        }
        else if (TimestampVerifier.Verify(answer, signature, _authorities) is null)
        {
            throw TimestampErrors.AuthorityUntrusted.At(
                $"The timestamp server {_name} returned a timestamp from an authority that is not trusted.", _name);
        }

        return answer;
    }

    private ReadOnlyMemory<byte> Exchange(byte[] query, CancellationToken cancellationToken)
    {
        using ServiceClient client = new(_policy);
        return client.Send(_service, () =>
        {
            HttpRequestMessage message = new(HttpMethod.Post, _server) { Content = new ByteArrayContent(query) };
            message.Content.Headers.ContentType = QueryType;
            return message;
        }, [], cancellationToken).Body;
    }
}
