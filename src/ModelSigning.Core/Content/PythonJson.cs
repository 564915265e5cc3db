using System.Text.Json;

namespace ModelSigning.Core.Content;

/// <summary>Tells whether a text may be JSON to Python's reader, which takes more than RFC 8259: NaN, Infinity, and members that are there twice.</summary>
internal static class PythonJson
{
    private static ReadOnlySpan<byte> Blanks => " \t\r\n"u8;

    /// <summary>Whether a text may be one value from its first byte to its last one. A template, lines of JSON and a text in brackets are not.</summary>
    /// <param name="text">The text, which is not strict JSON.</param>
    public static bool MayBe(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> whole = text.Trim(Blanks), inner = whole.Length > 1 ? whole[1..].TrimStart(Blanks) : default;
        return whole is [(byte)'{', .., (byte)'}'] ? inner is [(byte)'"' or (byte)'}', ..] && !HasLines(whole)
            : whole is [(byte)'[', .., (byte)']'] && inner is [(byte)'{' or (byte)'[' or (byte)'"' or (byte)'-' or (>= (byte)'0' and <= (byte)'9') or (byte)']' or (byte)'N' or (byte)'I' or (byte)'t' or (byte)'f' or (byte)'n', ..];
    }

    // The first line is a value of its own.
    private static bool HasLines(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)'\n');
        try
        {
            Utf8JsonReader reader = new(end < 0 ? default : text[..end]);
            return end >= 0 && reader.Read() && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
