using System.Buffers;
using System.Formats.Cbor;
using System.Text;
using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Atlas;

/// <summary>
/// The encodings that Atlas's digests and signatures are of: those of Rust's <c>serde_json</c> (compact) and <c>serde_cbor</c>, members in the order in which
/// they stand. A document whose members were put into another order, or which has more of them, gives other bytes, and so does not verify.
/// </summary>
internal static class AtlasEncoding
{
    private const byte FirstMap = 0xA0, LastMap = 0xBF;

    /// <summary>The JSON text of a manifest that is JSON, CBOR or the hexadecimal digits of CBOR; CBOR has no other JSON than one.</summary>
    /// <exception cref="ModelSigningException"><see cref="AtlasErrors.AtlasMalformed"/> for CBOR that is malformed or has no JSON.</exception>
    public static ReadOnlyMemory<byte> ToJson(ReadOnlyMemory<byte> file, string source)
    {
        ReadOnlySpan<byte> text = file.Span.Trim(" \t\r\n"u8);
        if (text is [>= FirstMap and <= LastMap, ..])
        {
            return FromCbor(file, source);
        }

        // Nor does JSON begin with a digit of A to B.
        return text is [(byte)'A' or (byte)'a' or (byte)'B' or (byte)'b', ..] && Hexadecimal.ReadAnyCase(Encoding.ASCII.GetString(text)) is { } cbor ? FromCbor(cbor, source) : file;
    }

    /// <summary>A value in CBOR as <c>serde_cbor</c> writes it: shortest integers and exact floats, text keys, definite lengths.</summary>
    /// <param name="value">The value.</param>
    /// <param name="withNull">The member of the outermost object that is written as null, whatever it is.</param>
    public static ReadOnlyMemory<byte> ToCbor(JsonElement value, string? withNull = null)
    {
        CborWriter writer = new(CborConformanceMode.Lax);
        Write(writer, value, withNull);
        return writer.Encode();
    }

    /// <summary>A value in JSON as <c>serde_json</c> writes it: no white space, and escapes only where JSON wants them.</summary>
    public static ReadOnlyMemory<byte> ToCompactJson(JsonElement value)
    {
        StringBuilder text = new();
        Write(text, value);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static ArrayBufferWriter<byte> Buffer(int length) => new(Math.Max(16, length));

    private static ReadOnlyMemory<byte> FromCbor(ReadOnlyMemory<byte> cbor, string source)
    {
        ArrayBufferWriter<byte> json = Buffer(cbor.Length);
        try
        {
            CborReader reader = new(cbor, CborConformanceMode.Strict);
            using Utf8JsonWriter writer = new(json);
            Copy(reader, writer, source, depth: 0);
            if (reader.BytesRemaining > 0)
            {
                throw Malformed(source, "it has data after its end");
            }
        }
        catch (Exception error) when (error is CborContentException or InvalidOperationException or OverflowException or ArgumentException)
        {
            throw Malformed(source, error.Message, error);
        }

        return json.WrittenMemory;
    }

    private static void Copy(CborReader reader, Utf8JsonWriter writer, string source, int depth)
    {
        if (depth >= StrictJson.MaximumDepth && reader.PeekState() is (CborReaderState.StartMap or CborReaderState.StartArray))
        {
            throw AtlasErrors.AtlasTooLarge.At($"The Atlas manifest '{source}' is nested more than {StrictJson.MaximumDepth} levels deep.", source);
        }

        switch (reader.PeekState())
        {
            case CborReaderState.StartMap:
                writer.WriteStartObject();
                for (reader.ReadStartMap(); reader.PeekState() != CborReaderState.EndMap;)
                {
                    writer.WritePropertyName(reader.ReadTextString());
                    Copy(reader, writer, source, depth + 1);
                }

                reader.ReadEndMap();
                writer.WriteEndObject();
                break;
            case CborReaderState.StartArray:
                writer.WriteStartArray();
                for (reader.ReadStartArray(); reader.PeekState() != CborReaderState.EndArray;)
                {
                    Copy(reader, writer, source, depth + 1);
                }

                reader.ReadEndArray();
                writer.WriteEndArray();
                break;
            case CborReaderState.TextString or CborReaderState.StartIndefiniteLengthTextString:
                writer.WriteStringValue(reader.ReadTextString());
                break;
            case CborReaderState.UnsignedInteger:
                writer.WriteNumberValue(reader.ReadUInt64());
                break;
            case CborReaderState.NegativeInteger:
                writer.WriteNumberValue(reader.ReadInt64());
                break;
            case CborReaderState.HalfPrecisionFloat or CborReaderState.SinglePrecisionFloat or CborReaderState.DoublePrecisionFloat:
                WriteFloat(writer, reader.ReadDouble());
                break;
            case CborReaderState.Boolean:
                writer.WriteBooleanValue(reader.ReadBoolean());
                break;
            case CborReaderState.Null:
                reader.ReadNull();
                writer.WriteNullValue();
                break;
            case var other:
                throw Malformed(source, $"it has a value of the CBOR kind {other}, which JSON does not have");
        }
    }

    // A whole number needs its fraction to stay a float in the claim's own encoding.
    private static void WriteFloat(Utf8JsonWriter writer, double value)
    {
        string text = value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        writer.WriteRawValue(text.AsSpan().IndexOfAny('.', 'E') < 0 && double.IsFinite(value) ? text + ".0" : text);
    }

    private static void Write(CborWriter writer, JsonElement value, string? withNull)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartMap(value.EnumerateObject().Count());
                foreach (JsonProperty member in value.EnumerateObject())
                {
                    writer.WriteTextString(member.Name);
                    if (withNull is not null && member.NameEquals(withNull))
                    {
                        writer.WriteNull();
                    }
                    else
                    {
                        Write(writer, member.Value, withNull: null);
                    }
                }

                writer.WriteEndMap();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray(value.GetArrayLength());
                foreach (JsonElement item in value.EnumerateArray())
                {
                    Write(writer, item, withNull: null);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteTextString(value.GetString()!);
                break;
            case JsonValueKind.Number when value.TryGetUInt64(out ulong natural):
                writer.WriteUInt64(natural);
                break;
            case JsonValueKind.Number when value.TryGetInt64(out long whole):
                writer.WriteInt64(whole);
                break;
            case JsonValueKind.Number:
                WriteShortest(writer, value.GetDouble());
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.WriteBoolean(value.GetBoolean());
                break;
            default:
                writer.WriteNull();
                break;
        }
    }

    private static void WriteShortest(CborWriter writer, double value)
    {
        if ((double)(Half)value == value)
        {
            writer.WriteHalf((Half)value);
        }
        else if ((float)value == value)
        {
            writer.WriteSingle((float)value);
        }
        else
        {
            writer.WriteDouble(value);
        }
    }

    private static void Write(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach ((int at, JsonProperty member) in value.EnumerateObject().Index())
                {
                    Write(text.Append(at == 0 ? "" : ","), member.Name);
                    Write(text.Append(':'), member.Value);
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach ((int at, JsonElement item) in value.EnumerateArray().Index())
                {
                    Write(text.Append(at == 0 ? "" : ","), item);
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                Write(text, value.GetString()!);
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static void Write(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char unit in value)
        {
            _ = unit switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"),
                _ => text.Append(unit),
            };
        }

        text.Append('"');
    }

    private static ModelSigningException Malformed(string source, string what, Exception? inner = null) =>
        AtlasErrors.AtlasMalformed.At($"The Atlas manifest '{source}' is not valid CBOR: {what}.", source, inner);
}
