using System.Buffers;

namespace ModelSigning.Core.Input;

/// <summary>Hexadecimal digits, two a byte. They are written in lower case, and read in lower case unless people or other formats write both.</summary>
internal static class Hexadecimal
{
    /// <summary>The digits of some bytes, as text.</summary>
    public static string Write(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>Writes the ASCII digits of some bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="buffer">At least twice as long.</param>
    /// <returns>The part of the buffer that was written.</returns>
    internal static ReadOnlySpan<byte> Write(ReadOnlySpan<byte> bytes, Span<byte> buffer) =>
        Convert.TryToHexStringLower(bytes, buffer, out int length) ? buffer[..length] : throw new ArgumentException("The buffer is too short.", nameof(buffer));

    /// <summary>Reads lower-case digits; upper case, another length and anything else are refused.</summary>
    /// <param name="text">The digits.</param>
    /// <param name="bytes">As long as the bytes must be.</param>
    /// <returns>Whether <paramref name="text"/> is that many bytes.</returns>
    public static bool TryRead(ReadOnlySpan<char> text, Span<byte> bytes) =>
        text.Length == 2 * bytes.Length && !text.ContainsAnyInRange('A', 'F') && Convert.FromHexString(text, bytes, out _, out _) == OperationStatus.Done;

    /// <summary>Reads lower-case ASCII digits; upper case, another length and anything else are refused.</summary>
    /// <inheritdoc cref="TryRead(ReadOnlySpan{char}, Span{byte})"/>
    internal static bool TryRead(ReadOnlySpan<byte> text, Span<byte> bytes) =>
        text.Length == 2 * bytes.Length && !text.ContainsAnyInRange((byte)'A', (byte)'F') && Convert.FromHexString(text, bytes, out _, out _) == OperationStatus.Done;

    /// <summary>Reads digits of either case, as people, TUF and other tools write them.</summary>
    /// <returns>The bytes; null when <paramref name="text"/> is anything else.</returns>
    public static byte[]? ReadAnyCase(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] bytes = new byte[text.Length / 2];
        return text.Length % 2 == 0 && Convert.FromHexString(text, bytes, out _, out _) == OperationStatus.Done ? bytes : null;
    }
}
