using System.Diagnostics.Metrics;

namespace ModelSigning.Core.Telemetry;

/// <summary>What an instrument measured with certain attributes since the process listens.</summary>
/// <param name="instrument">The instrument.</param>
/// <param name="attributes">The attributes of every measurement in the series.</param>
internal sealed class MetricSeries(Instrument instrument, KeyValuePair<string, object?>[] attributes)
{
    /// <summary>The upper bounds of a histogram's buckets, in seconds: from a small file to a day's work.</summary>
    internal static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200];

    private readonly long[] _buckets = new long[Bounds.Length + 1];

    internal Instrument Instrument { get; } = instrument;

    internal IReadOnlyList<KeyValuePair<string, object?>> Attributes { get; } = attributes;

    /// <summary>How many measurements fell into each bucket; the last one is for what exceeds all bounds.</summary>
    internal IReadOnlyList<long> Buckets => _buckets;

    internal long Count { get; private set; }

    internal double Sum { get; private set; }

    /// <summary>The sum of whole numbers, exact.</summary>
    internal long Total { get; private set; }

    internal void Add(double measurement)
    {
        int bucket = Array.FindIndex(Bounds, bound => measurement <= bound);
        _buckets[bucket < 0 ? Bounds.Length : bucket]++;
        Count++;
        Sum += measurement;
    }

    internal void Add(long measurement) => Total += measurement;
}
