using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace ModelSigning.Core.Input;

/// <summary>
/// Base64 (RFC 4648, section 4) by its strict reading: the standard alphabet, padded, no white space, no bits set behind the end.
/// Each byte string has exactly one encoding.
/// </summary>
public static class StrictBase64
{
    /// <summary>Decodes text.</summary>
    /// <returns>Whether the text is the one encoding of some bytes.</returns>
    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        ArgumentNullException.ThrowIfNull(text);
        bytes = new byte[(text.Length / 4 * 3) + 3];
        if (Convert.TryFromBase64String(text, bytes, out int written))
        {
            bytes = bytes.AsSpan(0, written).ToArray();
            // .NET skips white space and forgives bits behind the end; the comparison does neither.
            if (string.Equals(Convert.ToBase64String(bytes), text, StringComparison.Ordinal))
            {
                return true;
            }
        }

        bytes = null;
        return false;
    }

    /// <summary>Decodes a JSON string, without a copy of it as text.</summary>
    /// <returns>Whether the element is a string, and the one encoding of some bytes.</returns>
    public static bool TryDecode(JsonElement element, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (element.ValueKind != JsonValueKind.String || !element.TryGetBytesFromBase64(out byte[]? decoded))
        {
            return false;
        }

        byte[] encoded = ArrayPool<byte>.Shared.Rent(Base64.GetMaxEncodedToUtf8Length(decoded.Length));
        try
        {
            bool done = Base64.EncodeToUtf8(decoded, encoded, out _, out int length) == OperationStatus.Done;
            if (done && element.ValueEquals(encoded.AsSpan(0, length)))
            {
                bytes = decoded;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(encoded);
        }

        return bytes is not null;
    }

    /// <summary>Decodes ASCII bytes that are base64 text.</summary>
    /// <returns>Whether the bytes are the one encoding of some bytes.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> ascii, [NotNullWhen(true)] out byte[]? bytes) =>
        TryDecode(Encoding.Latin1.GetString(ascii), out bytes);
}
