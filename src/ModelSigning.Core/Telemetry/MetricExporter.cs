using System.Diagnostics;
using System.Diagnostics.Metrics;
using ModelSigning.Core.Tracing;

namespace ModelSigning.Core.Telemetry;

/// <summary>Sends what the engine measured since it listens to a collector, whenever an outermost operation ends: a script may end right after.</summary>
internal sealed class MetricExporter : IDisposable
{
    private readonly OtlpClient _client;
    private readonly DateTime _start = DateTime.UtcNow;
    private readonly Dictionary<string, MetricSeries> _series = new(StringComparer.Ordinal);
    private readonly MeterListener _measurements = new();
    private readonly ActivityListener _operations;

    /// <summary>Listens from now on.</summary>
    internal MetricExporter(OtlpSettings settings)
    {
        _client = new OtlpClient(settings);
        _measurements.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Traces.Name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _measurements.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Measured(instrument, tags, series => series.Add(value)));
        _measurements.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Measured(instrument, tags, series => series.Add(value)));
        _measurements.Start();

        // Activities tell which operation is the outermost one, also where traces are not sent.
        _operations = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Traces.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
            ActivityStopped = activity =>
            {
                if (activity.Parent is null)
                {
                    Send();
                }
            },
        };
        ActivitySource.AddActivityListener(_operations);
    }

    /// <summary>Listens no longer.</summary>
    public void Dispose()
    {
        _operations.Dispose();
        _measurements.Dispose();
        _client.Dispose();
    }

    private void Measured(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags, Action<MetricSeries> add)
    {
        KeyValuePair<string, object?>[] attributes = tags.ToArray();
        string key = string.Join('\n', attributes.Select(tag => $"{tag.Key}={tag.Value}").Prepend(instrument.Name));
        lock (_series)
        {
            if (!_series.TryGetValue(key, out MetricSeries? series))
            {
                _series.Add(key, series = new MetricSeries(instrument, attributes));
            }

            add(series);
        }
    }

    private void Send()
    {
        byte[] document;
        lock (_series)
        {
            document = MetricDocument.Write(_client.Resource, _series.Values, _start, DateTime.UtcNow);
        }

        _client.Send(document);
    }
}
