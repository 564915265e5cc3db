using System.Buffers;
using System.Text;
using System.Text.Json;
using ModelSigning.Core.Errors;

namespace ModelSigning.Sigstore.Tuf;

/// <summary>
/// OLPC's canonical JSON, which TUF signatures are over: members sorted, no white space, in strings only <c>\</c> and <c>"</c> escaped,
/// integers alone. It is made of the parsed document with all of its members, known or not.
/// </summary>
internal static class CanonicalJson
{
    /// <summary>Encodes a value.</summary>
    /// <exception cref="ModelSigningException"><see cref="TufErrors.TufMetadataMalformed"/> for a number that is not an integer.</exception>
    internal static byte[] Encode(JsonElement value, string file)
    {
        ArrayBufferWriter<byte> output = new();
        Write(value, file, output);
        return output.WrittenSpan.ToArray();
    }

    private static void Write(JsonElement value, string file, ArrayBufferWriter<byte> output)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(value, file, output);
                break;
            case JsonValueKind.Array:
                WriteArray(value, file, output);
                break;
            case JsonValueKind.String:
                WriteText(value.GetString()!, output);
                break;
            case JsonValueKind.Number:
                string number = value.GetRawText();
                if (number.AsSpan(number[0] == '-' ? 1 : 0).IndexOfAnyExceptInRange('0', '9') >= 0 || number == "-0")
                {
                    throw TufErrors.TufMetadataMalformed.At($"The metadata file '{file}' contains the number {number}, which is not an integer.", file);
                }

                output.Write(Encoding.ASCII.GetBytes(number));
                break;
            default:
                output.Write(value.ValueKind switch { JsonValueKind.True => "true"u8, JsonValueKind.False => "false"u8, _ => "null"u8 });
                break;
        }
    }

    private static void WriteObject(JsonElement value, string file, ArrayBufferWriter<byte> output)
    {
        // By the bytes of UTF-8, which is the order of code points; the order of UTF-16 differs beyond U+FFFF.
        List<(byte[] Key, JsonProperty Member)> members = [.. value.EnumerateObject().Select(member => (Encoding.UTF8.GetBytes(member.Name), member))];
        members.Sort((left, right) => left.Key.AsSpan().SequenceCompareTo(right.Key));
        output.Write("{"u8);
        for (int index = 0; index < members.Count; index++)
        {
            output.Write(index == 0 ? ""u8 : ","u8);
            WriteText(members[index].Member.Name, output);
            output.Write(":"u8);
            Write(members[index].Member.Value, file, output);
        }

        output.Write("}"u8);
    }

    private static void WriteArray(JsonElement value, string file, ArrayBufferWriter<byte> output)
    {
        output.Write("["u8);
        bool first = true;
        foreach (JsonElement item in value.EnumerateArray())
        {
            output.Write(first ? ""u8 : ","u8);
            first = false;
            Write(item, file, output);
        }

        output.Write("]"u8);
    }

    private static void WriteText(string text, ArrayBufferWriter<byte> output)
    {
        string escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        output.Write("\""u8);
        output.Write(Encoding.UTF8.GetBytes(escaped));
        output.Write("\""u8);
    }
}
