using System.Buffers.Binary;
using System.IO.Hashing;

namespace ModelSigning.Core.Content;

/// <summary>
/// Whether bytes are a picture that every reader of PNG opens: its header first, with values that there are, data, only critical chunks that every reader knows, each with its
/// check sum, and nothing behind the end. What only begins like one may be something else to another program.
/// </summary>
internal static class PngStructure
{
    private const int Frame = 12, HeaderLength = 13;

    /// <summary>Why bytes are not such a picture, as a clause; null if they are one.</summary>
    public static string? Fault(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]))
        {
            return "it does not begin with PNG's signature";
        }

        bool hasData = false;
        for (int at = 8, number = 0; bytes.Length - at >= Frame; number++)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
            if (length > (uint)(bytes.Length - at - Frame))
            {
                break;
            }

            ReadOnlySpan<byte> type = bytes.Slice(at + 4, 4), data = bytes.Slice(at + 8, (int)length);
            if (!IsKnown(type) || (number == 0) != type.SequenceEqual("IHDR"u8) || (number == 0 && !IsHeader(data))
                || BinaryPrimitives.ReadUInt32BigEndian(bytes[(at + 8 + data.Length)..]) != Crc32.HashToUInt32(bytes.Slice(at + 4, 4 + data.Length)))
            {
                return "one of its chunks is not valid";
            }

            hasData |= type.SequenceEqual("IDAT"u8);
            at += Frame + data.Length;
            if (type.SequenceEqual("IEND"u8))
            {
                return hasData && data.IsEmpty && at == bytes.Length ? null : "its end is not that of a picture";
            }
        }

        return "its chunks do not lead from the signature to the end of the file";
    }

    // A capital letter first means that no reader may pass over the chunk.
    private static bool IsKnown(ReadOnlySpan<byte> type) =>
        type.IndexOfAnyExceptInRange((byte)'A', (byte)'z') < 0 && type.IndexOfAnyInRange((byte)'[', (byte)'`') < 0
        && (type[0] >= 'a' || type.SequenceEqual("IHDR"u8) || type.SequenceEqual("PLTE"u8) || type.SequenceEqual("IDAT"u8) || type.SequenceEqual("IEND"u8));

    // Width, height, depth, colours, and the one compression and filter that there are, with or without interlacing.
    private static bool IsHeader(ReadOnlySpan<byte> data) =>
        data.Length == HeaderLength && BinaryPrimitives.ReadInt32BigEndian(data) > 0 && BinaryPrimitives.ReadInt32BigEndian(data[4..]) > 0
        && (data[9], data[8]) is (0, 1 or 2 or 4 or 8 or 16) or (3, 1 or 2 or 4 or 8) or (2 or 4 or 6, 8 or 16) && data[10] == 0 && data[11] == 0 && data[12] <= 1;
}
