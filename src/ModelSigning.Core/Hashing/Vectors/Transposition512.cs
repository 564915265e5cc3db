using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelSigning.Core.Hashing.Vectors;

/// <summary>
/// Turns blocks that lie one a stream into vectors that hold one word of every stream, with AVX-512: two levels of unpacking inside 128 bits, two of
/// exchanging quarters.
/// </summary>
internal static unsafe class Transposition512
{
    /// <summary>Transposes a block of sixteen 32-bit words of each of sixteen streams.</summary>
    /// <param name="rows">Where the streams' data begin.</param>
    /// <param name="offset">Where the block begins in each, in bytes.</param>
    /// <param name="message">Where the sixteen vectors go, word by word.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Load32(byte** rows, nint offset, uint* message) => Load32(rows, offset, message, bigEndian: false);

    /// <summary>The same of words whose highest byte comes first.</summary>
    /// <inheritdoc cref="Load32(byte**, nint, uint*)"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Load32BigEndian(byte** rows, nint offset, uint* message) => Load32(rows, offset, message, bigEndian: true);
    /// <summary>Transposes a block of sixteen 64-bit words, lowest byte first, of each of eight streams.</summary>
    /// <inheritdoc cref="Load32(byte**, nint, uint*)"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Load64(byte** rows, nint offset, ulong* message)
    {
        for (int half = 0; half < 2; half++)
        {
            Vector512<ulong> r0 = Vector512.Load((ulong*)(rows[0] + offset));
            Vector512<ulong> r1 = Vector512.Load((ulong*)(rows[1] + offset));
            Vector512<ulong> r2 = Vector512.Load((ulong*)(rows[2] + offset));
            Vector512<ulong> r3 = Vector512.Load((ulong*)(rows[3] + offset));
            Vector512<ulong> r4 = Vector512.Load((ulong*)(rows[4] + offset));
            Vector512<ulong> r5 = Vector512.Load((ulong*)(rows[5] + offset));
            Vector512<ulong> r6 = Vector512.Load((ulong*)(rows[6] + offset));
            Vector512<ulong> r7 = Vector512.Load((ulong*)(rows[7] + offset));
            Exchange(Avx512F.UnpackLow(r0, r1), Avx512F.UnpackLow(r2, r3), Avx512F.UnpackLow(r4, r5), Avx512F.UnpackLow(r6, r7), message, 16);
            Exchange(Avx512F.UnpackHigh(r0, r1), Avx512F.UnpackHigh(r2, r3), Avx512F.UnpackHigh(r4, r5), Avx512F.UnpackHigh(r6, r7), message + 8, 16);
            offset += 64;
            message += 64;
        }
    }

    /// <summary>Separates thirty-two words into those at even and those at odd places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Deinterleave(uint* words, uint* even, uint* odd)
    {
        Vector512<uint> low = Vector512.Load(words);
        Vector512<uint> high = Vector512.Load(words + 16);
        Vector512<uint> evens = Vector512.Create(0u, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
        Vector512.Store(Avx512F.PermuteVar16x32x2(low, evens, high), even);
        Vector512.Store(Avx512F.PermuteVar16x32x2(low, evens | Vector512<uint>.One, high), odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load32(byte** rows, nint offset, uint* message, bool bigEndian)
    {
        ulong* quarters = (ulong*)message;
        Quad a = Quad.Load(rows, offset, bigEndian);
        Quad b = Quad.Load(rows + 4, offset, bigEndian);
        Quad c = Quad.Load(rows + 8, offset, bigEndian);
        Quad d = Quad.Load(rows + 12, offset, bigEndian);
        Exchange(a.Column0, b.Column0, c.Column0, d.Column0, quarters, 32);
        Exchange(a.Column1, b.Column1, c.Column1, d.Column1, quarters + 8, 32);
        Exchange(a.Column2, b.Column2, c.Column2, d.Column2, quarters + 16, 32);
        Exchange(a.Column3, b.Column3, c.Column3, d.Column3, quarters + 24, 32);
    }

    // A 4 x 4 transposition of 128-bit quarters.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Exchange(Vector512<ulong> a, Vector512<ulong> b, Vector512<ulong> c, Vector512<ulong> d, ulong* to, int step)
    {
        Vector512<ulong> ab02 = Avx512F.Shuffle4x128(a, b, 0x88);
        Vector512<ulong> ab13 = Avx512F.Shuffle4x128(a, b, 0xdd);
        Vector512<ulong> cd02 = Avx512F.Shuffle4x128(c, d, 0x88);
        Vector512<ulong> cd13 = Avx512F.Shuffle4x128(c, d, 0xdd);
        Vector512.Store(Avx512F.Shuffle4x128(ab02, cd02, 0x88), to);
        Vector512.Store(Avx512F.Shuffle4x128(ab13, cd13, 0x88), to + step);
        Vector512.Store(Avx512F.Shuffle4x128(ab02, cd02, 0xdd), to + (2 * step));
        Vector512.Store(Avx512F.Shuffle4x128(ab13, cd13, 0xdd), to + (3 * step));
    }

    /// <summary>Four rows, transposed within each of their four quarters of 4 x 4 words.</summary>
    private readonly struct Quad(Vector512<ulong> column0, Vector512<ulong> column1, Vector512<ulong> column2, Vector512<ulong> column3)
    {
        public Vector512<ulong> Column0 { get; } = column0;

        public Vector512<ulong> Column1 { get; } = column1;

        public Vector512<ulong> Column2 { get; } = column2;

        public Vector512<ulong> Column3 { get; } = column3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Quad Load(byte** rows, nint offset, bool bigEndian)
        {
            Vector512<uint> r0 = Row(rows[0] + offset, bigEndian);
            Vector512<uint> r1 = Row(rows[1] + offset, bigEndian);
            Vector512<uint> r2 = Row(rows[2] + offset, bigEndian);
            Vector512<uint> r3 = Row(rows[3] + offset, bigEndian);
            Vector512<ulong> low01 = Avx512F.UnpackLow(r0, r1).AsUInt64();
            Vector512<ulong> high01 = Avx512F.UnpackHigh(r0, r1).AsUInt64();
            Vector512<ulong> low23 = Avx512F.UnpackLow(r2, r3).AsUInt64();
            Vector512<ulong> high23 = Avx512F.UnpackHigh(r2, r3).AsUInt64();
            return new Quad(
                Avx512F.UnpackLow(low01, low23), Avx512F.UnpackHigh(low01, low23),
                Avx512F.UnpackLow(high01, high23), Avx512F.UnpackHigh(high01, high23));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<uint> Row(byte* row, bool bigEndian)
        {
            Vector512<byte> bytes = Vector512.Load(row);
            return (bigEndian ? Avx512BW.Shuffle(bytes, Vector512.Create(WordsReversed)) : bytes).AsUInt32();
        }

        private static ReadOnlySpan<byte> WordsReversed =>
        [
            3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12,
            3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12,
        ];
    }
}
