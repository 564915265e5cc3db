using System.Buffers;
using System.Globalization;
using System.Text.Json;
using ModelSigning.Core.Tracing;

namespace ModelSigning.Core.Telemetry;

/// <summary>What the documents of traces and of metrics have in common, in OTLP's JSON: 64-bit numbers are text there.</summary>
internal static class OtlpWriter
{
    /// <summary>Writes a document of one resource and one scope, as UTF-8.</summary>
    /// <param name="resource">What describes this process.</param>
    /// <param name="resources">The outer list's name: <c>resourceSpans</c>, <c>resourceMetrics</c>.</param>
    /// <param name="scopes">The middle list's name.</param>
    /// <param name="items">The inner list's name.</param>
    /// <param name="content">Writes the inner list's objects.</param>
    internal static byte[] Document(
        IEnumerable<KeyValuePair<string, string>> resource, string resources, string scopes, string items, Action<Utf8JsonWriter> content)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray(resources);
            writer.WriteStartObject();
            writer.WriteStartObject("resource");
            Attributes(writer, resource.Select(pair => new KeyValuePair<string, object?>(pair.Key, pair.Value)));
            writer.WriteEndObject();
            writer.WriteStartArray(scopes);
            writer.WriteStartObject();
            writer.WriteStartObject("scope");
            writer.WriteString("name", Traces.Name);
            writer.WriteEndObject();
            writer.WriteStartArray(items);
            content(writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes the member <c>attributes</c>.</summary>
    internal static void Attributes(Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, object?>> attributes)
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

    /// <summary>A time in nanoseconds since 1970, as text.</summary>
    internal static string Nanoseconds(DateTime utc) => ((utc - DateTime.UnixEpoch).Ticks * 100).ToString(CultureInfo.InvariantCulture);
}
