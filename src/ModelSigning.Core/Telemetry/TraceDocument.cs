using System.Diagnostics;
using System.Text.Json;

namespace ModelSigning.Core.Telemetry;

/// <summary>Writes activities as an <c>ExportTraceServiceRequest</c> in OTLP's JSON (identifiers in hexadecimal).</summary>
internal static class TraceDocument
{
    /// <summary>Writes the document, as UTF-8.</summary>
    internal static byte[] Write(IEnumerable<KeyValuePair<string, string>> resource, IEnumerable<Activity> activities) =>
        OtlpWriter.Document(resource, "resourceSpans", "scopeSpans", "spans", writer =>
        {
            foreach (Activity activity in activities)
            {
                Span(writer, activity);
            }
        });

    private static void Span(Utf8JsonWriter writer, Activity activity)
    {
        writer.WriteStartObject();
        writer.WriteString("traceId", activity.TraceId.ToHexString());
        writer.WriteString("spanId", activity.SpanId.ToHexString());
        if (activity.ParentSpanId != default)
        {
            writer.WriteString("parentSpanId", activity.ParentSpanId.ToHexString());
        }

        writer.WriteString("name", activity.DisplayName);
        // SpanKind: internal is 1, client is 3.
        writer.WriteNumber("kind", activity.Kind == ActivityKind.Client ? 3 : 1);
        writer.WriteString("startTimeUnixNano", OtlpWriter.Nanoseconds(activity.StartTimeUtc));
        writer.WriteString("endTimeUnixNano", OtlpWriter.Nanoseconds(activity.StartTimeUtc + activity.Duration));
        OtlpWriter.Attributes(writer, activity.TagObjects);
        writer.WriteStartObject("status");
        if (activity.Status == ActivityStatusCode.Error)
        {
            // StatusCode: error is 2.
            writer.WriteNumber("code", 2);
            writer.WriteString("message", activity.StatusDescription);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
