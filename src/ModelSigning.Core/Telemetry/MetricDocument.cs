using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;

namespace ModelSigning.Core.Telemetry;

/// <summary>Writes metrics as an <c>ExportMetricsServiceRequest</c> in OTLP's JSON: a double's instrument is a histogram, a long's a sum.</summary>
internal static class MetricDocument
{
    // AggregationTemporality: since the start.
    private const int Cumulative = 2;

    /// <summary>Writes the document, as UTF-8.</summary>
    /// <param name="resource">What describes this process.</param>
    /// <param name="series">What was measured.</param>
    /// <param name="start">Since when, in UTC.</param>
    /// <param name="now">Until when, in UTC.</param>
    internal static byte[] Write(IEnumerable<KeyValuePair<string, string>> resource, IEnumerable<MetricSeries> series, DateTime start, DateTime now) =>
        OtlpWriter.Document(resource, "resourceMetrics", "scopeMetrics", "metrics", writer =>
        {
            foreach (IGrouping<Instrument, MetricSeries> instrument in series.GroupBy(one => one.Instrument))
            {
                Metric(writer, instrument.Key, instrument, OtlpWriter.Nanoseconds(start), OtlpWriter.Nanoseconds(now));
            }
        });

    private static void Metric(Utf8JsonWriter writer, Instrument instrument, IEnumerable<MetricSeries> series, string start, string now)
    {
        bool isHistogram = instrument is Histogram<double>;
        writer.WriteStartObject();
        writer.WriteString("name", instrument.Name);
        writer.WriteString("description", instrument.Description);
        writer.WriteString("unit", instrument.Unit);
        writer.WriteStartObject(isHistogram ? "histogram" : "sum");
        writer.WriteNumber("aggregationTemporality", Cumulative);
        if (!isHistogram)
        {
            writer.WriteBoolean("isMonotonic", true);
        }

        writer.WriteStartArray("dataPoints");
        foreach (MetricSeries one in series)
        {
            writer.WriteStartObject();
            OtlpWriter.Attributes(writer, one.Attributes);
            writer.WriteString("startTimeUnixNano", start);
            writer.WriteString("timeUnixNano", now);
            if (isHistogram)
            {
                Histogram(writer, one);
            }
            else
            {
                writer.WriteString("asInt", one.Total.ToString(CultureInfo.InvariantCulture));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Histogram(Utf8JsonWriter writer, MetricSeries series)
    {
        writer.WriteString("count", series.Count.ToString(CultureInfo.InvariantCulture));
        writer.WriteNumber("sum", series.Sum);
        writer.WriteStartArray("bucketCounts");
        foreach (long count in series.Buckets)
        {
            writer.WriteStringValue(count.ToString(CultureInfo.InvariantCulture));
        }

        writer.WriteEndArray();
        writer.WriteStartArray("explicitBounds");
        foreach (double bound in MetricSeries.Bounds)
        {
            writer.WriteNumberValue(bound);
        }

        writer.WriteEndArray();
    }
}
