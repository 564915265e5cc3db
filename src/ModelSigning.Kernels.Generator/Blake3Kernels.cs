using ModelSigning.Kernels.Generator.Shapes;

namespace ModelSigning.Kernels.Generator;

/// <summary>BLAKE3 (the BLAKE3 specification, sections 2.1 to 2.4): one block of one stream, or of as many chunks as there are lanes.</summary>
internal static class Blake3Kernels
{
    private const int WordBits = 32;

    private static readonly int[] Rotations = [16, 12, 8, 7];
    private static readonly int[] Permutation = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];
    public static readonly uint[] InitializationVector =
        [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    public static int[][] Schedule
    {
        get
        {
            int[][] schedule = new int[7][];
            schedule[0] = [.. Enumerable.Range(0, 16)];
            for (int round = 1; round < schedule.Length; round++)
            {
                schedule[round] = [.. Permutation.Select(word => schedule[round - 1][word])];
            }

            return schedule;
        }
    }

    /// <summary>The compression of one block, for what no wide kernel takes: short inputs, the last chunk, the top of the tree.</summary>
    public static KernelFile Scalar(WordShape shape)
    {
        SourceText text = new();
        Header.Write(text, "ModelSigning.Core.Hashing.Trees", ["System.Numerics", "System.Runtime.CompilerServices"], "Compresses one block of BLAKE3.",
            "The BLAKE3 specification, section 2.2: seven rounds on sixteen 32-bit words, the result truncated to a chaining value.",
            "The four G of a half round are independent and interleaved; the sixteen words and the message exceed the registers of x86-64.",
            Measurements.Blake3Scalar);
        text.Block("internal static unsafe class Blake3ScalarCompression", () =>
        {
            text.Line("/// <summary>Compresses one block of 16 words at <paramref name=\"m\"/> into the chaining value of 8 words at <paramref name=\"h\"/>.</summary>");
            text.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
            text.Block("public static void Compress(uint* m, uint* h, uint counterLow, uint counterHigh, uint length, uint flags)", () =>
                Compression(text, shape, ways: 1, ["counterLow"], "counterHigh"));
        });
        return new KernelFile("Blake3ScalarCompression.g.cs", text.ToString());
    }

    /// <summary>A kernel that hashes chunks, one in each lane of each way, and parents.</summary>
    public static KernelFile Tree(WordShape shape, int ways, string measured)
    {
        string name = $"Blake3{shape.Name}Kernel";
        int lanes = shape.Lanes(WordBits);
        SourceText text = new();
        Header.Write(text, "ModelSigning.Core.Hashing.Trees",
            ["System.Runtime.CompilerServices", "System.Runtime.Intrinsics", "System.Runtime.Intrinsics.X86", "ModelSigning.Core.Hashing.Vectors"],
            $"Hashes {lanes * ways} chunks of a BLAKE3 tree at once: {(ways == 1 ? "one" : $"{ways} groups of one")} in each of {lanes} lanes of {shape.Bits} bits.",
            "The BLAKE3 specification, sections 2.1 to 2.4, and section 5.3 for the lanes.",
            ways == 1
                ? "The state's sixteen vectors take all registers; the four independent G follow one another, for the processor to overlap (a chain of 3 to 6 cycles a step)."
                : $"The chain add, xor, rotate has a latency of 3 cycles; {ways} groups of four independent G fill it, and {ways} x 16 vectors of state are exactly the 32 registers.",
            measured);
        text.Block($"internal sealed unsafe class {name} : Blake3Kernel", () =>
        {
            text.Line("/// <summary>Whether this processor has what the kernel is made of.</summary>");
            text.Line($"public static bool IsSupported => {shape.IsSupported};");
            text.Line("");
            text.Line("/// <inheritdoc/>");
            text.Line($"public override string Name => \"{shape.Name}\";");
            text.Line("");
            Chunks(text, shape, ways);
            Parents(text, shape);
            for (int count = ways; count >= 1; count /= 2)
            {
                text.Line("");
                Group(text, shape, count);
                text.Line("");
                text.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
                string[] low = [.. Enumerable.Range(0, count).Select(way => $"low{way}")];
                text.Block($"private static void Compress{count}(uint* m, uint* h, {string.Join(", ", low.Select(way => $"{shape.Type("uint")} {way}"))}, {shape.Type("uint")} high, uint flags)", () =>
                {
                    text.Line("const uint length = Blake3Constants.BlockLength;");
                    Compression(text, shape, count, low, "high");
                });
            }
        });
        return new KernelFile($"{name}.g.cs", text.ToString());
    }

    private static void Chunks(SourceText text, WordShape shape, int ways)
    {
        int lanes = shape.Lanes(WordBits);
        text.Line("/// <inheritdoc/>");
        text.Block("public override void HashChunks(byte* chunks, int count, ulong counter, uint* values)", () =>
        {
            text.Line($"byte* unaligned = stackalloc byte[{((16 + 8) * lanes * ways * 4) + (shape.Bits / 8)}];");
            text.Line($"uint* m = (uint*)(((nuint)unaligned + {(shape.Bits / 8) - 1}) & ~(nuint){(shape.Bits / 8) - 1});");
            text.Line("int chunk = 0;");
            for (int group = ways; group >= 1; group /= 2)
            {
                string more = group == 1 ? "chunk < count" : $"chunk + {group / 2 * lanes} < count";
                int width = group * lanes;
                text.Block($"for (; {more}; chunk += {width})", () =>
                    text.Line($"Group{group}(chunks + ((nint)chunk * Blake3Constants.ChunkLength), counter + (uint)chunk, values + chunk, m);"));
            }
        });
    }

    private static void Parents(SourceText text, WordShape shape)
    {
        int lanes = shape.Lanes(WordBits);
        text.Line("");
        text.Line("/// <inheritdoc/>");
        text.Block("public override void HashParents(uint* values, int count)", () =>
        {
            text.Line($"byte* unaligned = stackalloc byte[{((16 + 8) * lanes * 4) + (shape.Bits / 8)}];");
            text.Line($"uint* m = (uint*)(((nuint)unaligned + {(shape.Bits / 8) - 1}) & ~(nuint){(shape.Bits / 8) - 1});");
            text.Line($"uint* h = m + {16 * lanes};");
            text.Block($"for (int parent = 0; parent < count; parent += {lanes})", () =>
            {
                for (int word = 0; word < 8; word++)
                {
                    text.Line($"{shape.Transposition}.Deinterleave(values + {(word == 0 ? "" : $"({word} * Stride) + ")}(2 * parent), m + {word * lanes}, m + {(word + 8) * lanes});");
                    text.Line($"{shape.Store(shape.Broadcast(WordShape.Literal(InitializationVector[word], WordBits)), $"h + {word * lanes}")};");
                }

                text.Line($"Compress1(m, h, {shape.Type("uint")}.Zero, {shape.Type("uint")}.Zero, Blake3Constants.Parent);");
                for (int word = 0; word < 8; word++)
                {
                    text.Line($"{shape.Store(shape.Load($"h + {word * lanes}"), $"values + {(word == 0 ? "" : $"({word} * Stride) + ")}parent")};");
                }
            });
        });
    }

    // One chunk in each lane of each way, from the first block to the last.
    private static void Group(SourceText text, WordShape shape, int ways)
    {
        int lanes = shape.Lanes(WordBits);
        text.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        text.Block($"private static void Group{ways}(byte* chunks, ulong counter, uint* values, uint* m)", () =>
        {
            text.Line($"uint* h = m + {16 * lanes * ways};");
            text.Line($"byte** rows = stackalloc byte*[{lanes * ways}];");
            text.Block($"for (int row = 0; row < {lanes * ways}; row++)", () => text.Line("rows[row] = chunks + (row * Blake3Constants.ChunkLength);"));
            text.Line($"{shape.Type("uint")} high = {shape.Broadcast("(uint)(counter >> 32)")};");
            for (int way = 0; way < ways; way++)
            {
                string indices = string.Join(", ", Enumerable.Range(way * lanes, lanes).Select(lane => $"{lane}u"));
                text.Line($"{shape.Type("uint")} low{way} = {shape.Broadcast("(uint)counter")} + {shape.Broadcast(indices)};");
                for (int word = 0; word < 8; word++)
                {
                    text.Line($"{shape.Store(shape.Broadcast(WordShape.Literal(InitializationVector[word], WordBits)), $"h + {((way * 8) + word) * lanes}")};");
                }
            }

            text.Block("for (int block = 0; block < Blake3Constants.ChunkLength; block += Blake3Constants.BlockLength)", () =>
            {
                for (int way = 0; way < ways; way++)
                {
                    text.Line($"{shape.Transposition}.Load32(rows{(way == 0 ? "" : $" + {way * lanes}")}, block, m{(way == 0 ? "" : $" + {way * 16 * lanes}")});");
                }

                text.Line("uint flags = block == 0 ? Blake3Constants.ChunkStart : block == Blake3Constants.ChunkLength - Blake3Constants.BlockLength ? Blake3Constants.ChunkEnd : 0;");
                text.Line($"Compress{ways}(m, h, {string.Join(", ", Enumerable.Range(0, ways).Select(way => $"low{way}"))}, high, flags);");
            });
            for (int way = 0; way < ways; way++)
            {
                for (int word = 0; word < 8; word++)
                {
                    text.Line($"{shape.Store(shape.Load($"h + {((way * 8) + word) * lanes}"), $"values + ({word} * Stride) + {way * lanes}")};");
                }
            }
        });
    }

    private static void Compression(SourceText text, WordShape shape, int ways, string[] counterLow, string counterHigh)
    {
        int lanes = shape.Lanes(WordBits);
        Mixing mixing = new(shape, WordBits, ways, Rotations);
        mixing.Declare(text, "uint");
        for (int way = 0; way < ways; way++)
        {
            for (int word = 0; word < 8; word++)
            {
                text.Line($"{shape.Type("uint")} {Mixing.Word(way, word)} = {shape.Load($"h + {((way * 8) + word) * lanes}")};");
            }

            for (int word = 0; word < 4; word++)
            {
                text.Line($"{shape.Type("uint")} {Mixing.Word(way, word + 8)} = {shape.Broadcast(WordShape.Literal(InitializationVector[word], WordBits))};");
            }

            text.Line($"{shape.Type("uint")} {Mixing.Word(way, 12)} = {counterLow[way]};");
            text.Line($"{shape.Type("uint")} {Mixing.Word(way, 13)} = {counterHigh};");
            text.Line($"{shape.Type("uint")} {Mixing.Word(way, 14)} = {shape.Broadcast("length")};");
            text.Line($"{shape.Type("uint")} {Mixing.Word(way, 15)} = {shape.Broadcast("flags")};");
        }

        mixing.Rounds(text, Schedule);
        for (int way = 0; way < ways; way++)
        {
            for (int word = 0; word < 8; word++)
            {
                text.Line($"{shape.Store($"{Mixing.Word(way, word)} ^ {Mixing.Word(way, word + 8)}", $"h + {((way * 8) + word) * lanes}")};");
            }
        }
    }
}
