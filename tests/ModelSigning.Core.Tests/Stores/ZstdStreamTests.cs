using System.Numerics;
using ModelSigning.Core.Stores.Zstandard;
using ModelSigning.Testing;
using ZstdSharp;

using static ModelSigning.Core.Tests.Stores.StoreFixture;

namespace ModelSigning.Core.Tests.Stores;

/// <summary>Layers of Zstandard that are against RFC 8878, many of which are unpacked all the same, and not by all to the same bytes.</summary>
public sealed class ZstdStreamTests : IDisposable
{
    private const string Layer = "application/vnd.cncf.model.weight.v1.";
    private const int Literals = 2800, Raw = 0, Rle = 1, Compressed = 2, Treeless = 3;

    // Of 'a' to 'd', which have two bits each: the weights of the symbols before the last one, two in a byte.
    private static readonly byte[] Tree = [227, .. new byte[48], 0x01, 0x11];

    private readonly StoreFixture _store = new();

    /// <summary>Gets frames that are right and, by what is wrong with them, such as are not.</summary>
    public static TheoryData<string, string, string> Wrong
    {
        get
        {
            byte[] four = [.. Utf8("abcd")], kilobyte = new byte[1024], sequence = [0x20, .. four, 1, 0x54, 4, 2, 0, .. Bits((3, 2))];
            byte[] small = Frame(Block(Raw, four)), reserved = [.. small], dictionary = [.. small[..4], 1, 0, 7, .. small[6..]], none = [.. small[..4], 1, 0, 0, .. small[6..]];
            reserved[4] |= 8;
            byte[] one = Section(Compressed, 0, 5, [.. Tree, .. Bits(Codes(5))]), treeless = [.. Section(Treeless, 0, 5, Bits(Codes(5))), 0];
            return new()
            {
                { "a block type that is reserved", Text(Frame(Block(Raw, four))), Text(Frame(Block(3, four))) },
                { "a header that uses what is reserved", Text(small), Text(reserved) },
                { "a dictionary", Text(none), Text(dictionary) },
                { "a raw block longer than the window", Text(Frame(Block(Raw, kilobyte))), Text(Frame(Block(Raw, [.. kilobyte, 0]))) },
                { "a run longer than the window", Text(Frame(Block(Rle, [1], 1024))), Text(Frame(Block(Rle, [1], 1025))) },
                { "a block that unpacks to more than the window", Text(Frame(Block(Compressed, [0x05, 0x40, 1, 0]))), Text(Frame(Block(Compressed, [0x15, 0x40, 1, 0]))) },
                { "another size than it says", Text([.. Frame()[..4], 32, 4, .. Block(Raw, four, isLast: true)]), Text([.. Frame()[..4], 32, 5, .. Block(Raw, four, isLast: true)]) },
                { "nothing in a compressed block", Text(Frame(Block(Compressed, [0, 0]))), Text(Frame(Block(Compressed, []))) },
                { "bytes behind the last sequence", Text(Frame(Block(Compressed, [8, 65, 0]))), Text(Frame(Block(Compressed, [8, 65, 0, 0]))) },
                { "no sequences in two bytes", Text(Frame(Block(Compressed, [8, 65, 0]))), Text(Frame(Block(Compressed, [8, 65, 128, 0]))) },
                { "literals shorter than they say", Text(Frame(Block(Compressed, [8, 65, 0]))), Text(Frame(Block(Compressed, [24, 65, 0]))) },
                { "no tree before", Text(Frame(Block(Compressed, [.. one, 0]), Block(Compressed, treeless))), Text(Frame(Block(Compressed, treeless))) },
                { "a tree of the frame before", Text([.. Frame(Block(Compressed, [.. one, 0]))]), Text([.. Frame(Block(Compressed, [.. one, 0])), .. Frame(Block(Compressed, treeless))]) },
                { "a stream with a literal too few", Text(Frame(Block(Compressed, [.. one, 0]))), Text(Frame(Block(Compressed, [.. Section(Compressed, 0, 5, [.. Tree, .. Bits(Codes(4))]), 0]))) },
                { "a stream with a bit too many", Text(Frame(Block(Compressed, [.. one, 0]))), Text(Frame(Block(Compressed, [.. Section(Compressed, 0, 5, [.. Tree, .. Bits([.. Codes(5), (0, 1)])]), 0]))) },
                { "a stream without its end", Text(Frame(Block(Compressed, [.. one, 0]))), Text(Frame(Block(Compressed, [.. Section(Compressed, 0, 5, [.. Tree, .. Bits(Codes(5)), 0]), 0]))) },
                { "a tree of one literal", Text(Frame(Block(Compressed, [.. one, 0]))), Text(Frame(Block(Compressed, [.. Section(Compressed, 0, 5, [128, 0x00, .. Bits(Codes(5))]), 0]))) },
                { "a tree with codes of twelve bits", Text(Frame(Block(Compressed, [.. Deep(11), 0]))), Text(Frame(Block(Compressed, [.. Deep(12), 0]))) },
                { "bits left behind a tree's weights", Text(Frame(Block(Compressed, [.. one, 0]))), "28B52FFD0000C5000042020508F039AD8CA4949F49BB465F9267C20062461DD600" },
                { "sequences that use what is reserved", Text(Frame(Block(Compressed, sequence))), Text(Frame(Block(Compressed, [.. sequence[..6], 0x55, .. sequence[7..]]))) },
                { "a symbol of a sequence that there is not", Text(Frame(Block(Compressed, sequence))), Text(Frame(Block(Compressed, [.. sequence[..7], 36, .. sequence[8..]]))) },
                { "no table before", Text(Frame(Block(Compressed, sequence), Block(Compressed, [.. sequence[..6], 0xFC, .. Bits((3, 2))]))), Text(Frame(Block(Compressed, [.. sequence[..6], 0xFC, .. Bits((3, 2))]))) },
                { "a bit left behind the sequences", Text(Frame(Block(Compressed, sequence))), Text(Frame(Block(Compressed, [.. sequence[..10], .. Bits((3, 2), (0, 1))]))) },
                { "a bit too few for the sequences", Text(Frame(Block(Compressed, sequence))), Text(Frame(Block(Compressed, [.. sequence[..10], .. Bits((1, 1))]))) },
                { "literals that a sequence has not", Text(Frame(Block(Compressed, sequence))), Text(Frame(Block(Compressed, [.. sequence[..7], 5, .. sequence[8..]]))) },
                { "a match before the beginning", Text(Frame(Block(Compressed, sequence))), Text(Frame(Block(Compressed, [.. sequence[..8], 3, 0, .. Bits((0, 3))]))) },
                { "a match beyond the window", Text(Frame(Block(Raw, kilobyte), Block(Raw, kilobyte), Far(3))), Text(Frame(Block(Raw, kilobyte), Block(Raw, kilobyte), Far(4))) },
                { "a match in the frame before", Text([.. Frame(Block(Raw, kilobyte)), .. Frame(Block(Compressed, sequence))]), Text([.. Frame(Block(Raw, kilobyte)), .. Frame(Block(Compressed, [.. sequence[..8], 3, 0, .. Bits((0, 3))]))]) },
                { "a match at no distance", Text(Frame(Block(Raw, kilobyte), Block(Compressed, [0, 1, 0x54, 0, 1, 0, .. Bits((0, 1))]))), Text(Frame(Block(Raw, kilobyte), Block(Compressed, [0, 1, 0x54, 0, 1, 0, .. Bits((1, 1))]))) },
                { "a match longer than the window", Text(Frame(Block(Raw, four), Match(1024 - 515))), Text(Frame(Block(Raw, four), Match(1025 - 515))) },
                { "a table of one symbol", Text(Frame(Block(Compressed, sequence))), Text(Frame(Block(Compressed, [.. sequence[..6], 0x94, 0x10, 0xE6, 0x07, 2, 0, .. Bits((0, 5), (3, 2))]))) },
                { "a table that is cut off", Text(Frame(Block(Compressed, sequence))), Text(Frame(Block(Compressed, [.. sequence[..6], 0x94, 0x10]))) },
                { "something behind the last frame", Text(small), Text([.. small, 1, 2, 3, 4, 5]) },
                { "the beginning of a frame behind the last one", Text([.. small, .. small]), Text([.. small, .. small[..3]]) },
                { "a frame that is skipped", Text([.. small, .. small]), Text([.. small, .. Skipped(3), .. small]) },
                { "a block that is cut off", Text(small), Text(small[..^1]) },
                { "no last block", Text(Frame(Block(Raw, four))), Text([.. Frame()[..6], .. Block(Raw, four)]) },
            };
        }
    }

    public void Dispose() => _store.Dispose();

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_frame_that_is_against_its_format_is_refused(string what, string right, string wrong)
    {
        Assert.Equal(Unpack(Convert.FromHexString(right)), Given(Convert.FromHexString(right)));
        Assert.True(Unpack(Convert.FromHexString(right)) is not null, what);
        Exception refusal = Assert.ThrowsAny<Exception>(() => Given(Convert.FromHexString(wrong)));
        Assert.True(refusal is InvalidDataException or EndOfStreamException);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(1, false)]
    [InlineData(-1, true)]
    [InlineData(1, true)]
    public void A_layer_is_refused_whose_literals_do_not_end_with_their_stream_although_it_is_unpacked(int more, bool isTreeless)
    {
        foreach (bool isWrong in (bool[])[false, true])
        {
            byte[] first = Section(Compressed, 2, Literals, [.. Tree, .. Four(isTreeless || !isWrong ? 0 : more)]), second = Section(Treeless, 2, Literals, Four(isWrong ? more : 0));
            byte[] header = TarReaderTests.Header("a", '0', isTreeless ? 2 * Literals : Literals), end = new byte[1024 + 512 - ((isTreeless ? 2 : 1) * Literals % 512)];
            byte[] layer = Wide([Block(Raw, header), Block(Compressed, [.. first, 0]), .. isTreeless ? [Block(Compressed, [.. second, 0])] : (byte[][])[], Block(Raw, end)]);
            Assert.NotNull(Unpack(layer));
            if (isWrong)
            {
                Assert.Equal("TarDamaged", Refusal(() => Names(layer)));
            }
            else
            {
                Assert.Equal(["a"], Names(layer));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(19)]
    public void What_compressors_write_is_unpacked_to_what_they_were_given(int level)
    {
        Random random = new(level);
        byte[] words = Utf8(string.Join(' ', Enumerable.Range(0, 60_000).Select(_ => random.Next(1 << random.Next(16)))));
        byte[] skewed = [.. Enumerable.Range(0, 300_000).Select(_ => (byte)(random.NextDouble() * random.NextDouble() * random.NextDouble() * 256))];
        byte[] noise = new byte[200_000];
        random.NextBytes(noise);
        foreach (byte[] bytes in (byte[][])[[], [1], words, skewed, noise, new byte[500_000], [.. words, .. noise, .. words]])
        {
            using Compressor compressor = new(level);
            byte[] whole = compressor.Wrap(bytes).ToArray();
            compressor.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
            compressor.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_windowLog, 14);
            byte[] small = compressor.Wrap(bytes).ToArray(), all = [.. whole, .. small];
            Assert.Equal([.. bytes, .. bytes], Given(all));
        }
    }

    [Fact]
    public void Frames_with_a_wrong_sum_or_without_it_are_refused()
    {
        using Compressor compressor = new();
        compressor.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        byte[] frame = compressor.Wrap(OciLayoutBuilder.Tar(("a", "1"))).ToArray(), wrong = [.. frame];
        wrong[^1] ^= 1;
        Assert.Equal(["a"], Names(frame));
        Assert.Equal("TarDamaged", Refusal(() => Names(wrong)));
        Assert.Equal("TarDamaged", Refusal(() => Names(frame[..^4])));
    }

    [Fact]
    public void Unpacking_ends_when_it_is_cancelled()
    {
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        using ZstdStream stream = new(new MemoryStream(Frame(Block(Raw, [1]))), _ => { }, cancelled.Token);
        Assert.Throws<OperationCanceledException>(() => stream.CopyTo(Stream.Null));
    }

    private static string Text(byte[] bytes) => Convert.ToHexString(bytes);

    private static byte[] Given(byte[] packed)
    {
        using ZstdStream stream = new(new MemoryStream(packed), _ => { }, CancellationToken.None);
        using MemoryStream given = new();
        stream.CopyTo(given);
        return given.ToArray();
    }

    private static byte[]? Unpack(byte[] packed)
    {
        try
        {
            using DecompressionStream unpacked = new(new MemoryStream(packed));
            using MemoryStream bytes = new();
            unpacked.CopyTo(bytes);
            return bytes.ToArray();
        }
        catch (Exception fault) when (fault is ZstdException or EndOfStreamException)
        {
            return null;
        }
    }

    // A frame with a window of one KiB that says nothing of its size; the last block is called so.
    private static byte[] Frame(params byte[][] blocks)
    {
        if (blocks.Length > 0)
        {
            blocks[^1][0] |= 1;
        }

        return [0x28, 0xB5, 0x2F, 0xFD, 0, 0, .. blocks.SelectMany(block => block)];
    }

    // The same with one of 128 KiB.
    private static byte[] Wide(params byte[][] blocks)
    {
        byte[] frame = Frame(blocks);
        frame[5] = 7 << 3;
        return frame;
    }

    private static byte[] Block(int type, byte[] bytes, int? size = null, bool isLast = false)
    {
        int header = ((size ?? bytes.Length) << 3) | (type << 1) | (isLast ? 1 : 0);
        return [(byte)header, (byte)(header >> 8), (byte)(header >> 16), .. bytes];
    }

    // A frame that is skipped.
    private static byte[] Skipped(int length) => [0x5A, 0x2A, 0x4D, 0x18, .. BitConverter.GetBytes(length), .. new byte[length]];

    // A section of literals in streams, with sizes of 10 bits or of 14.
    private static byte[] Section(int type, int format, int count, byte[] content)
    {
        long header = (uint)(type | (format << 2) | (count << 4)) | ((long)content.Length << (format == 2 ? 18 : 14));
        return [.. BitConverter.GetBytes(header)[..(format == 2 ? 4 : 3)], .. content];
    }

    // Four streams, the first of which has some literals more than it should.
    private static byte[] Four(int more)
    {
        byte[][] streams = [.. Enumerable.Range(0, 4).Select(number => Bits(Codes((Literals / 4) + (number == 0 ? more : 0))))];
        return [.. streams.Take(3).SelectMany(stream => BitConverter.GetBytes((ushort)stream.Length)), .. streams.SelectMany(stream => stream)];
    }

    private static (int Value, int Bits)[] Codes(int count) => [.. Enumerable.Range(0, count).Select(number => (number * number % 4, 2))];

    // Numbers in the order in which they are read.
    private static byte[] Bits(params (int Value, int Bits)[] numbers) => numbers.Aggregate(BigInteger.One, (all, number) => (all << number.Bits) | number.Value).ToByteArray(isUnsigned: true);

    // Literals of a tree whose longest codes have so many bits: one literal of each weight, and the last one has the least again.
    private static byte[] Deep(int longest)
    {
        int[] weights = [.. Enumerable.Range(1, longest).Reverse()];
        byte[] pairs = [.. Enumerable.Range(0, (longest + 1) / 2).Select(pair => (byte)((weights[2 * pair] << 4) | weights.ElementAtOrDefault((2 * pair) + 1)))];
        return Section(Compressed, 0, 4, [(byte)(127 + longest), .. pairs, .. Bits((1, 1), (1, 1), (1, 1), (1, 1))]);
    }

    // A match at a distance of 1021 bytes and some more.
    private static byte[] Far(int more) => Block(Compressed, [0, 1, 0x54, 0, 10, 0, .. Bits((more, 10))]);

    // A match of 515 bytes and some more.
    private static byte[] Match(int more) => Block(Compressed, [0, 1, 0x54, 0, 2, 45, .. Bits((0, 2), (more, 9))]);

    private string[] Names(byte[] layer)
    {
        OciLayoutBuilder built = new();
        built.Manifest("v1", built.Blob("application/vnd.oci.empty.v1+json", "{}"u8.ToArray()), built.Blob(Layer + "tar+zstd", layer, ("org.cncf.model.filepath", ".")));
        return _store.Names(built.WriteFolder(_store.Folder, Guid.NewGuid().ToString("N")), "Oci");
    }
}
