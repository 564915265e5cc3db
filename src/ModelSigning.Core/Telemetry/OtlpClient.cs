using System.Net.Http.Headers;
using ModelSigning.Core.Http;

namespace ModelSigning.Core.Telemetry;

/// <summary>
/// Sends documents to an OpenTelemetry collector (OTLP/HTTP with JSON, opentelemetry-proto 1.x). No signing and no verification ever
/// fails because of it, and a collector that is away is left alone for a while: a job over a thousand models must not wait for it a
/// thousand times.
/// </summary>
internal sealed class OtlpClient : IDisposable
{
    /// <summary>How long a collector is left alone that did not answer.</summary>
    internal static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private readonly OtlpSettings _settings;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;
    private long? _failed;

    internal OtlpClient(OtlpSettings settings, TimeProvider? clock = null)
    {
        _settings = settings;
        _clock = clock ?? TimeProvider.System;
        // A collector may be plain http beyond loopback, as in most clusters: its address is what whoever runs the process chose.
        _http = HttpConnections.Client(settings.Timeout, allowsPlainHttp: true);
    }

    /// <summary>What describes this process.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Resource => _settings.Resource;

    /// <summary>Sends a document, waiting for the answer.</summary>
    internal void Send(byte[] document)
    {
        if (_failed is { } since && _clock.GetElapsedTime(since) < Silence)
        {
            return;
        }

        using HttpRequestMessage request = new(HttpMethod.Post, _settings.Endpoint) { Content = new ByteArrayContent(document) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach ((string name, string value) in _settings.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using HttpResponseMessage response = _http.Send(request);
            _failed = null;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or InvalidOperationException)
        {
            // Whoever looks for the trace sees that it is missing; the operation that it is about has its own outcome.
            _failed = _clock.GetTimestamp();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
