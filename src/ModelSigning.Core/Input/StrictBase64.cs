using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace ModelSigning.Core.Input;

/// <summary>
/// Base64 (RFC 4648, section 4) by its strict reading: the standard alphabet, padded, no white space, no bits set after the end.
/// Each byte string has exactly one encoding.
/// </summary>
internal static class StrictBase64
{
    // Between two looks at the cancellation token; a multiple of four.
    private const int BlockLength = 4 * 1024 * 1024;

    private static readonly SearchValues<byte> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    /// <summary>Decodes text.</summary>
    /// <returns>Whether the text is the one encoding of some bytes.</returns>
    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        ArgumentNullException.ThrowIfNull(text);
        bytes = new byte[(text.Length / 4 * 3) + 3];
        if (Convert.TryFromBase64String(text, bytes, out int written))
        {
            bytes = bytes.AsSpan(0, written).ToArray();
            // .NET skips white space and forgives bits after the end; the comparison does neither.
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

    /// <summary>Decodes the text of a JSON string where it stands, without any copy: the bytes are written over the text.</summary>
    /// <param name="text">What is between the quotation marks; valid JSON.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>How many bytes there are, from the text's first place on; -1 when the text is not the one encoding of some bytes.</returns>
    internal static int DecodeInPlace(Span<byte> text, CancellationToken cancellationToken)
    {
        int length = UnescapeInPlace(text);
        if (length < 0 || length % 4 != 0 || !IsPlain(text[..length]))
        {
            return -1;
        }

        int written = 0;
        for (int at = 0; at < length; at += BlockLength)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<byte> block = text[at..Math.Min(length, at + BlockLength)];
            if (Base64.DecodeFromUtf8InPlace(block, out int decoded) != OperationStatus.Done)
            {
                return -1;
            }

            block[..decoded].CopyTo(text[written..]);
            written += decoded;
        }

        return written;
    }

    // Nothing but the alphabet, padding at the end alone, and no bits set after the last byte.
    private static bool IsPlain(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return true;
        }

        Span<byte> last = stackalloc byte[4];
        ReadOnlySpan<byte> end = text[^4..], digits = text.TrimEnd((byte)'=');
        return text.Length - digits.Length <= 2 && digits.IndexOfAnyExcept(Alphabet) < 0
            && Base64.DecodeFromUtf8(end, last, out _, out int decoded) == OperationStatus.Done
            && Base64.EncodeToUtf8InPlace(last, decoded, out _) == OperationStatus.Done && last.SequenceEqual(end);
    }

    // Some writers escape '/' and '+', others might escape anything. What is not a base64 character is not an escape of one either.
    private static int UnescapeInPlace(Span<byte> text)
    {
        int written = text.IndexOf((byte)'\\');
        if (written < 0)
        {
            return text.Length;
        }

        for (int at = written; at < text.Length; at++)
        {
            byte next = text[at];
            if (next == (byte)'\\')
            {
                next = text[++at];
                if (next == (byte)'u')
                {
                    if (!Utf8Parser.TryParse(text.Slice(at + 1, 4), out ushort unit, out _, 'X') || unit > 0x7F)
                    {
                        return -1;
                    }

                    next = (byte)unit;
                    at += 4;
                }
                else if (next != (byte)'/')
                {
                    return -1;
                }
            }

            text[written++] = next;
        }

        return written;
    }

    /// <summary>Decodes ASCII bytes that are base64 text.</summary>
    /// <returns>Whether the bytes are the one encoding of some bytes.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> ascii, [NotNullWhen(true)] out byte[]? bytes) =>
        TryDecode(Encoding.Latin1.GetString(ascii), out bytes);
}
