using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using ModelSigning.Core.Content;

namespace ModelSigning.Core.Tests.Content;

public class PngStructureTests
{
    private static readonly byte[] Signature = [0x89, .. "PNG\r\n\u001a\n"u8];
    private static readonly byte[] Header = [0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0];

    [Fact]
    public void A_picture_of_header_data_and_end_with_notes_between_is_one() =>
        Assert.Null(PngStructure.Fault([.. Signature, .. Chunk("IHDR", Header), .. Chunk("tEXt", "a\0b"u8), .. Chunk("IDAT", [1, 2]), .. Chunk("IDAT", []), .. Chunk("IEND", [])]));

    public static TheoryData<string, byte[]> Others { get; } = new()
    {
        { "a longer header", [.. Chunk("IHDR", [.. Header, 0]), .. Chunk("IDAT", [1]), .. Chunk("IEND", [])] },
        { "a header of no such picture", [.. Chunk("IHDR", [.. Header[..9], 5, 0, 0, 0]), .. Chunk("IDAT", [1]), .. Chunk("IEND", [])] },
        { "no width", [.. Chunk("IHDR", [0, 0, 0, 0, .. Header[4..]]), .. Chunk("IDAT", [1]), .. Chunk("IEND", [])] },
        { "a second header", [.. Chunk("IHDR", Header), .. Chunk("IHDR", Header), .. Chunk("IDAT", [1]), .. Chunk("IEND", [])] },
        { "no header first", [.. Chunk("tEXt", "a\0b"u8), .. Chunk("IHDR", Header), .. Chunk("IDAT", [1]), .. Chunk("IEND", [])] },
        { "a wrong check sum", [.. Chunk("IHDR", Header), .. Chunk("IDAT", [1])[..^1], 0xFF, .. Chunk("IEND", [])] },
        { "an unknown chunk that no reader may pass over", [.. Chunk("IHDR", Header), .. Chunk("EVIL", [1]), .. Chunk("IDAT", [1]), .. Chunk("IEND", [])] },
        { "a chunk whose name has no letters", [.. Chunk("IHDR", Header), .. Chunk("t_xt", [1]), .. Chunk("IDAT", [1]), .. Chunk("IEND", [])] },
        { "no data", [.. Chunk("IHDR", Header), .. Chunk("IEND", [])] },
        { "an end with content", [.. Chunk("IHDR", Header), .. Chunk("IDAT", [1]), .. Chunk("IEND", [1])] },
        { "bytes behind the end", [.. Chunk("IHDR", Header), .. Chunk("IDAT", [1]), .. Chunk("IEND", []), 0] },
        { "no end", [.. Chunk("IHDR", Header), .. Chunk("IDAT", [1])] },
        { "a chunk longer than the file", [.. Chunk("IHDR", Header), 0xFF, 0xFF, 0xFF, 0xFF, .. Chunk("IDAT", [1])] },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void Chunks_that_a_reader_of_pictures_refuses_are_no_picture(string what, byte[] chunks) => Assert.True(PngStructure.Fault([.. Signature, .. chunks]) is not null, what);

    private static byte[] Chunk(string type, ReadOnlySpan<byte> data)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(type), .. data], length = new byte[4], sum = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(sum, Crc32.HashToUInt32(named));
        return [.. length, .. named, .. sum];
    }
}
