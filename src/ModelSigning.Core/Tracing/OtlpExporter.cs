using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;

namespace ModelSigning.Core.Tracing;

/// <summary>
/// Sends the engine's activities to an OpenTelemetry collector (OTLP/HTTP with JSON, opentelemetry-proto 1.x). An operation's
/// activities are sent together when the outermost one ends. A collector that is away costs at most the timeout and nothing else: no
/// signing and no verification ever fails because of it.
/// </summary>
public sealed class OtlpExporter : IDisposable
{
    // A signing has a handful of activities; the bound keeps a verification of very many models in one trace from growing.
    private const int MaximumPending = 1000;

    private readonly OtlpSettings _settings;
    private readonly ActivityListener _listener;
    private readonly HttpClient _http;
    private readonly ConcurrentQueue<Activity> _pending = new();

    /// <summary>Listens from now on.</summary>
    public OtlpExporter(OtlpSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = settings.Timeout };
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Traces.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Stopped,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Listens no longer.</summary>
    public void Dispose()
    {
        _listener.Dispose();
        _http.Dispose();
    }

    private void Stopped(Activity activity)
    {
        if (_pending.Count < MaximumPending)
        {
            _pending.Enqueue(activity);
        }

        if (activity.Parent is null)
        {
            List<Activity> batch = [];
            while (_pending.TryDequeue(out Activity? ended))
            {
                batch.Add(ended);
            }

            Send(batch);
        }
    }

    private void Send(IReadOnlyList<Activity> batch)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, _settings.Endpoint) { Content = new ByteArrayContent(OtlpDocument.Write(_settings.Resource, batch)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach ((string name, string value) in _settings.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using HttpResponseMessage response = _http.Send(request);
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or InvalidOperationException)
        {
            // Whoever looks for the trace sees that it is missing; the operation that it is about has its own outcome.
        }
    }
}
