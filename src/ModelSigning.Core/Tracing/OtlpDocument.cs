using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ModelSigning.Core.Tracing;

/// <summary>Writes activities as an <c>ExportTraceServiceRequest</c> in OTLP's JSON (identifiers in hexadecimal, 64-bit numbers as text).</summary>
internal static class OtlpDocument
{
    /// <summary>Writes the document, as UTF-8.</summary>
    public static byte[] Write(IEnumerable<KeyValuePair<string, string>> resource, IEnumerable<Activity> activities)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("resourceSpans");
            writer.WriteStartObject();
            writer.WriteStartObject("resource");
            Attributes(writer, resource.Select(pair => new KeyValuePair<string, object?>(pair.Key, pair.Value)));
            writer.WriteEndObject();
            writer.WriteStartArray("scopeSpans");
            writer.WriteStartObject();
            writer.WriteStartObject("scope");
            writer.WriteString("name", Traces.Name);
            writer.WriteEndObject();
            writer.WriteStartArray("spans");
            foreach (Activity activity in activities)
            {
                Span(writer, activity);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

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
        writer.WriteString("startTimeUnixNano", Nanoseconds(activity.StartTimeUtc));
        writer.WriteString("endTimeUnixNano", Nanoseconds(activity.StartTimeUtc + activity.Duration));
        Attributes(writer, activity.TagObjects);
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

    private static void Attributes(Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, object?>> attributes)
    {
        writer.WriteStartArray("attributes");
        foreach ((string key, object? value) in attributes.Where(pair => pair.Value is not null))
        {
            writer.WriteStartObject();
            writer.WriteString("key", key);
            writer.WriteStartObject("value");
            switch (value)
            {
                case bool flag:
                    writer.WriteBoolean("boolValue", flag);
                    break;
                case int or long:
                    writer.WriteString("intValue", Convert.ToString(value, CultureInfo.InvariantCulture));
                    break;
                default:
                    writer.WriteString("stringValue", Convert.ToString(value, CultureInfo.InvariantCulture));
                    break;
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string Nanoseconds(DateTime time) => ((time - DateTime.UnixEpoch).Ticks * 100).ToString(CultureInfo.InvariantCulture);
}
