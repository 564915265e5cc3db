using ModelSigning.Kernels.Generator.Shapes;

namespace ModelSigning.Kernels.Generator;

/// <summary>BLAKE2b (RFC 7693, sections 2 and 3): one block of one stream, or of as many streams as there are lanes.</summary>
internal static class Blake2bKernels
{
    private const int WordBits = 64;

    private static readonly int[] Rotations = [32, 24, 16, 63];

    // RFC 7693, section 2.7.
    private static readonly int[][] Permutations =
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
    ];

    // RFC 7693, section 2.6.
    public static readonly ulong[] InitializationVector =
    [
        0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
        0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
    ];

    // Section 2.1: twelve rounds, of which the last two take the first two permutations again.
    public static int[][] Schedule => [.. Permutations, Permutations[0], Permutations[1]];

    /// <summary>The compression of one block of one stream.</summary>
    public static KernelFile Scalar(WordShape shape)
    {
        SourceText text = new();
        Header.Write(text, "ModelSigning.Core.Hashing.Streams", ["System.Numerics", "System.Runtime.CompilerServices"], "Compresses one block of BLAKE2b.",
            "RFC 7693, sections 3.1 and 3.2: twelve rounds on sixteen 64-bit words.",
            "The four G of a half round are independent and interleaved; the sixteen words and the message exceed the registers of x86-64.",
            Measurements.Blake2bScalar);
        text.Block("internal static unsafe class Blake2bScalarCompression", () =>
        {
            text.Line("/// <summary>Compresses the 16 words at <paramref name=\"m\"/> into the state of 8 words at <paramref name=\"h\"/>.</summary>");
            text.Line("/// <param name=\"m\">The block.</param>");
            text.Line("/// <param name=\"h\">The state, replaced.</param>");
            text.Line("/// <param name=\"count\">The stream's bytes, up to this block's last.</param>");
            text.Line("/// <param name=\"last\">All bits set for the stream's last block, else 0.</param>");
            text.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
            text.Block("public static void Compress(ulong* m, ulong* h, ulong count, ulong last)", () =>
                Compression(text, shape, ways: 1, ["count"], ["last"]));
        });
        return new KernelFile("Blake2bScalarCompression.g.cs", text.ToString());
    }

    /// <summary>A kernel that advances one stream in each lane of each way.</summary>
    public static KernelFile Lanes(WordShape shape, int ways, string measured)
    {
        int lanes = shape.Lanes(WordBits);
        string name = $"Blake2b{shape.Name}Lanes";
        SourceText text = new();
        Header.Write(text, "ModelSigning.Core.Hashing.Lanes", LaneKernel.Usings, LaneKernel.Summary("BLAKE2b-512", shape, ways, lanes),
            "RFC 7693, sections 3.1 and 3.2.",
            ways == 1
                ? "The state's sixteen vectors take all registers; the four independent G follow one another, for the processor to overlap."
                : $"The chain add, xor, rotate has a latency of 3 cycles; {ways} groups of four independent G fill it, and {ways} x 16 vectors of state are exactly the 32 registers.",
            measured);
        LaneKernel.Write(text, name, "Blake2bLanes", shape, ways, lanes, "ulong* m, ulong* h, ulong* counts, ulong* lasts", group => Loop(text, shape, group), group => Compression(text, shape, group,
            [.. Enumerable.Range(0, group).Select(way => shape.Load($"counts + {way * lanes}"))],
            [.. Enumerable.Range(0, group).Select(way => shape.Load($"lasts + {way * lanes}"))]));
        return new KernelFile($"{name}.g.cs", text.ToString());
    }

    private static void Loop(SourceText text, WordShape shape, int ways)
    {
        int lanes = shape.Lanes(WordBits);
        text.Block("for (nint at = 0; at < end; at += BlockLength)", () =>
        {
            for (int way = 0; way < ways; way++)
            {
                string plus = way == 0 ? "" : $" + {way * lanes}";
                text.Line($"{shape.Transposition}.Load64(blocks{plus}, at, Message{(way == 0 ? "" : $" + {way * 16 * lanes}")});");
                text.Line($"{shape.Store($"{shape.Load($"Counts{plus}")} + {shape.Load($"Increments{plus}")}", $"Counts{plus}")};");
            }

            text.Line($"Compress{ways}(Message, State, Counts, Lasts);");
        });
    }

    private static void Compression(SourceText text, WordShape shape, int ways, string[] counts, string[] lasts)
    {
        int lanes = shape.Lanes(WordBits);
        Mixing mixing = new(shape, WordBits, ways, Rotations);
        mixing.Declare(text, "ulong");
        for (int way = 0; way < ways; way++)
        {
            for (int word = 0; word < 8; word++)
            {
                text.Line($"{shape.Type("ulong")} {Mixing.Word(way, word)} = {shape.Load($"h + {((way * 8) + word) * lanes}")};");
            }

            for (int word = 0; word < 8; word++)
            {
                string input = word switch { 4 => $" ^ {counts[way]}", 6 => $" ^ {lasts[way]}", _ => "" };
                text.Line($"{shape.Type("ulong")} {Mixing.Word(way, word + 8)} = {shape.Broadcast(WordShape.Literal(InitializationVector[word], WordBits))}{input};");
            }
        }

        mixing.Rounds(text, Schedule);
        for (int way = 0; way < ways; way++)
        {
            for (int word = 0; word < 8; word++)
            {
                string at = $"h + {((way * 8) + word) * lanes}";
                text.Line($"{shape.Store(shape.Xor(shape.Load(at), Mixing.Word(way, word), Mixing.Word(way, word + 8)), at)};");
            }
        }
    }
}
