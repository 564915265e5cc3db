namespace ModelSigning.Core.Input;

/// <summary>Digests as OMS writes them: lower-case hexadecimal, two digits a byte.</summary>
public static class Hexadecimal
{
    private static ReadOnlySpan<byte> Digits => "0123456789abcdef"u8;

    /// <summary>The digits of some bytes, as text.</summary>
    public static string Write(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes).ToLowerInvariant();

    /// <summary>Writes the ASCII digits of some bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="buffer">At least twice as long.</param>
    /// <returns>The part of the buffer that was written.</returns>
    internal static ReadOnlySpan<byte> Write(ReadOnlySpan<byte> bytes, Span<byte> buffer)
    {
        for (int index = 0; index < bytes.Length; index++)
        {
            buffer[2 * index] = Digits[bytes[index] >> 4];
            buffer[(2 * index) + 1] = Digits[bytes[index] & 15];
        }

        return buffer[..(2 * bytes.Length)];
    }

    /// <summary>Reads digits; upper case, another length and anything else are refused.</summary>
    /// <param name="text">The digits.</param>
    /// <param name="bytes">As long as the bytes must be.</param>
    /// <returns>Whether <paramref name="text"/> is that many bytes.</returns>
    internal static bool TryRead(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        if (text.Length != 2 * bytes.Length)
        {
            return false;
        }

        for (int index = 0; index < bytes.Length; index++)
        {
            int high = Value(text[2 * index]), low = Value(text[(2 * index) + 1]);
            if ((high | low) < 0)
            {
                return false;
            }

            bytes[index] = (byte)((high << 4) | low);
        }

        return true;
    }

    private static int Value(char digit) => digit switch
    {
        >= '0' and <= '9' => digit - '0',
        >= 'a' and <= 'f' => digit - 'a' + 10,
        _ => -1,
    };
}
