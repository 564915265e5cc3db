using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace ModelSigning.Testing.Atlas;

/// <summary>CBOR (RFC 8949) byte by byte, as Rust's <c>serde_cbor</c> writes JSON's values.</summary>
public static class AtlasCbor
{
    public static byte[] Encode(JsonNode? value)
    {
        using MemoryStream output = new();
        Write(output, value);
        return output.ToArray();
    }

    private static void Write(Stream output, JsonNode? value)
    {
        switch (value)
        {
            case null:
                output.WriteByte(0xF6);
                break;
            case JsonObject members:
                Head(output, 5, (ulong)members.Count);
                foreach ((string name, JsonNode? member) in members)
                {
                    Text(output, name);
                    Write(output, member);
                }

                break;
            case JsonArray items:
                Head(output, 4, (ulong)items.Count);
                foreach (JsonNode? item in items)
                {
                    Write(output, item);
                }

                break;
            case JsonValue text when text.TryGetValue(out string? characters):
                Text(output, characters);
                break;
            case JsonValue truth when truth.TryGetValue(out bool isTrue):
                output.WriteByte((byte)(isTrue ? 0xF5 : 0xF4));
                break;
            case JsonValue number when number.TryGetValue(out long whole):
                Head(output, whole < 0 ? 1 : 0, (ulong)(whole < 0 ? -1 - whole : whole));
                break;
            default:
                Float(output, value.GetValue<double>());
                break;
        }
    }

    private static void Text(Stream output, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Head(output, 3, (ulong)bytes.Length);
        output.Write(bytes);
    }

    // Half precision where nothing is lost, then single, then double.
    private static void Float(Stream output, double value)
    {
        Span<byte> bytes = stackalloc byte[9];
        if ((double)(Half)value == value)
        {
            bytes[0] = 0xF9;
            BinaryPrimitives.WriteHalfBigEndian(bytes[1..], (Half)value);
            output.Write(bytes[..3]);
        }
        else if ((float)value == value)
        {
            bytes[0] = 0xFA;
            BinaryPrimitives.WriteSingleBigEndian(bytes[1..], (float)value);
            output.Write(bytes[..5]);
        }
        else
        {
            bytes[0] = 0xFB;
            BinaryPrimitives.WriteDoubleBigEndian(bytes[1..], value);
            output.Write(bytes);
        }
    }

    private static void Head(Stream output, int major, ulong argument)
    {
        Span<byte> bytes = stackalloc byte[9];
        BinaryPrimitives.WriteUInt64BigEndian(bytes[1..], argument);
        (int length, int more) = argument switch { < 24 => (0, (int)argument), <= 0xFF => (1, 24), <= 0xFFFF => (2, 25), <= 0xFFFF_FFFF => (4, 26), _ => (8, 27) };
        output.WriteByte((byte)((major << 5) | more));
        output.Write(bytes[(9 - length)..]);
    }
}
