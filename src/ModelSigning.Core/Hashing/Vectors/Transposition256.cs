using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelSigning.Core.Hashing.Vectors;

/// <summary>Turns blocks that lie one a stream into vectors that hold one word of every stream, with AVX2.</summary>
internal static unsafe class Transposition256
{
    /// <summary>Transposes a block of sixteen 32-bit words of each of eight streams.</summary>
    /// <inheritdoc cref="Transposition512.Load32(byte**, nint, uint*)"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Load32(byte** rows, nint offset, uint* message) => Load32(rows, offset, message, bigEndian: false);

    /// <summary>The same of words whose highest byte comes first.</summary>
    /// <inheritdoc cref="Transposition512.Load32(byte**, nint, uint*)"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Load32BigEndian(byte** rows, nint offset, uint* message) => Load32(rows, offset, message, bigEndian: true);
    /// <summary>Transposes a block of sixteen 64-bit words, lowest byte first, of each of four streams.</summary>
    /// <inheritdoc cref="Transposition512.Load32(byte**, nint, uint*)"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Load64(byte** rows, nint offset, ulong* message)
    {
        for (int quarter = 0; quarter < 4; quarter++)
        {
            Vector256<ulong> r0 = Vector256.Load((ulong*)(rows[0] + offset));
            Vector256<ulong> r1 = Vector256.Load((ulong*)(rows[1] + offset));
            Vector256<ulong> r2 = Vector256.Load((ulong*)(rows[2] + offset));
            Vector256<ulong> r3 = Vector256.Load((ulong*)(rows[3] + offset));
            Vector256<ulong> low01 = Avx2.UnpackLow(r0, r1);
            Vector256<ulong> high01 = Avx2.UnpackHigh(r0, r1);
            Vector256<ulong> low23 = Avx2.UnpackLow(r2, r3);
            Vector256<ulong> high23 = Avx2.UnpackHigh(r2, r3);
            Vector256.Store(Avx2.Permute2x128(low01, low23, 0x20), message);
            Vector256.Store(Avx2.Permute2x128(high01, high23, 0x20), message + 4);
            Vector256.Store(Avx2.Permute2x128(low01, low23, 0x31), message + 8);
            Vector256.Store(Avx2.Permute2x128(high01, high23, 0x31), message + 12);
            offset += 32;
            message += 16;
        }
    }

    /// <summary>Separates sixteen words into those at even and those at odd places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Deinterleave(uint* words, uint* even, uint* odd)
    {
        Vector256<float> low = Vector256.Load(words).AsSingle();
        Vector256<float> high = Vector256.Load(words + 8).AsSingle();
        Vector256.Store(Avx2.Permute4x64(Avx.Shuffle(low, high, 0x88).AsUInt64(), 0xd8).AsUInt32(), even);
        Vector256.Store(Avx2.Permute4x64(Avx.Shuffle(low, high, 0xdd).AsUInt64(), 0xd8).AsUInt32(), odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load32(byte** rows, nint offset, uint* message, bool bigEndian)
    {
        for (int half = 0; half < 2; half++)
        {
            Pair even = Pair.Load(rows, offset, bigEndian);
            Pair odd = Pair.Load(rows + 4, offset, bigEndian);
            Exchange(even.Column0, odd.Column0, message);
            Exchange(even.Column1, odd.Column1, message + 8);
            Exchange(even.Column2, odd.Column2, message + 16);
            Exchange(even.Column3, odd.Column3, message + 24);
            offset += 32;
            message += 64;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Exchange(Vector256<ulong> even, Vector256<ulong> odd, uint* to)
    {
        Vector256.Store(Avx2.Permute2x128(even, odd, 0x20).AsUInt32(), to);
        Vector256.Store(Avx2.Permute2x128(even, odd, 0x31).AsUInt32(), to + 32);
    }

    /// <summary>Four rows, transposed within each of their two halves of 4 x 4 words.</summary>
    private readonly struct Pair(Vector256<ulong> column0, Vector256<ulong> column1, Vector256<ulong> column2, Vector256<ulong> column3)
    {
        public Vector256<ulong> Column0 { get; } = column0;

        public Vector256<ulong> Column1 { get; } = column1;

        public Vector256<ulong> Column2 { get; } = column2;

        public Vector256<ulong> Column3 { get; } = column3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Pair Load(byte** rows, nint offset, bool bigEndian)
        {
            Vector256<uint> r0 = Row(rows[0] + offset, bigEndian);
            Vector256<uint> r1 = Row(rows[1] + offset, bigEndian);
            Vector256<uint> r2 = Row(rows[2] + offset, bigEndian);
            Vector256<uint> r3 = Row(rows[3] + offset, bigEndian);
            Vector256<ulong> low01 = Avx2.UnpackLow(r0, r1).AsUInt64();
            Vector256<ulong> high01 = Avx2.UnpackHigh(r0, r1).AsUInt64();
            Vector256<ulong> low23 = Avx2.UnpackLow(r2, r3).AsUInt64();
            Vector256<ulong> high23 = Avx2.UnpackHigh(r2, r3).AsUInt64();
            return new Pair(
                Avx2.UnpackLow(low01, low23), Avx2.UnpackHigh(low01, low23),
                Avx2.UnpackLow(high01, high23), Avx2.UnpackHigh(high01, high23));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<uint> Row(byte* row, bool bigEndian)
        {
            Vector256<byte> bytes = Vector256.Load(row);
            return (bigEndian ? Avx2.Shuffle(bytes, Vector256.Create(WordsReversed)) : bytes).AsUInt32();
        }

        private static ReadOnlySpan<byte> WordsReversed =>
            [3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12];
    }
}
