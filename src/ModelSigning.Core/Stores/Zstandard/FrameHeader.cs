using System.Buffers.Binary;

namespace ModelSigning.Core.Stores.Zstandard;

/// <summary>The header of a frame (RFC 8878, section 3.1.1.1).</summary>
/// <param name="Window">How far back a match may lie.</param>
/// <param name="Size">What the frame unpacks to; null if it does not say so.</param>
/// <param name="HasSum">Whether a sum follows its blocks.</param>
internal readonly record struct FrameHeader(long Window, long? Size, bool HasSum)
{
    /// <summary>The most bytes of any block, packed or not.</summary>
    public const int LongestBlock = 128 * 1024;

    private static ReadOnlySpan<byte> Lengths => [0, 1, 2, 4];

    /// <summary>The most bytes of a block of this frame, packed or not.</summary>
    public int MostOfBlock => (int)Math.Min(Window, LongestBlock);

    /// <summary>How much of the header follows its first byte.</summary>
    /// <param name="first">The byte.</param>
    public static int LengthBehind(byte first) => (IsOneSegment(first) ? 0 : 1) + Lengths[first & 3] + SizeLength(first);

    /// <summary>Reads a header.</summary>
    /// <param name="first">Its first byte.</param>
    /// <param name="bytes">What follows it.</param>
    public static FrameHeader Read(byte first, ReadOnlySpan<byte> bytes)
    {
        int sizeLength = SizeLength(first), number = Lengths[first & 3];
        if ((first & 8) != 0 || bytes.Slice(bytes.Length - sizeLength - number, number).ContainsAnyExcept((byte)0))
        {
            throw new InvalidDataException("A frame uses what is reserved, or a dictionary.");
        }

        Span<byte> padded = stackalloc byte[sizeof(ulong)];
        bytes[^sizeLength..].CopyTo(padded);
        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(padded) + (sizeLength == 2 ? 256u : 0u);
        long window = IsOneSegment(first) ? (long)size : (8L + (bytes[0] & 7)) << (7 + (bytes[0] >> 3));
        return size <= long.MaxValue ? new(window, sizeLength > 0 ? (long)size : null, (first & 4) != 0) : throw new InvalidDataException("A frame is too long.");
    }

    private static bool IsOneSegment(byte first) => (first & 32) != 0;

    private static int SizeLength(byte first) => (first >> 6) switch { 0 => IsOneSegment(first) ? 1 : 0, 1 => 2, 2 => 4, _ => 8 };
}
