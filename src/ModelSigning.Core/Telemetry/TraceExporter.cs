using System.Collections.Concurrent;
using System.Diagnostics;
using ModelSigning.Core.Tracing;

namespace ModelSigning.Core.Telemetry;

/// <summary>Sends the engine's activities to a collector: an operation's together, when the outermost one ends.</summary>
internal sealed class TraceExporter : IDisposable
{
    // A signing has a handful of activities; the bound keeps a verification of very many models in one trace from growing.
    private const int MaximumPending = 1000;

    private readonly OtlpClient _client;
    private readonly ActivityListener _listener;
    private readonly ConcurrentQueue<Activity> _pending = new();

    /// <summary>Listens from now on.</summary>
    internal TraceExporter(OtlpSettings settings)
    {
        _client = new OtlpClient(settings);
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
        _client.Dispose();
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

            _client.Send(TraceDocument.Write(_client.Resource, batch));
        }
    }
}
