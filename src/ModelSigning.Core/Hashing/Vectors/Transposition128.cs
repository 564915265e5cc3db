using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ModelSigning.Core.Hashing.Vectors;

/// <summary>Turns blocks that lie one a stream into vectors that hold one word of every stream, with SSE2 or Arm's Advanced SIMD.</summary>
internal static unsafe class Transposition128
{
    /// <summary>Transposes a block of sixteen 32-bit words of each of four streams.</summary>
    /// <inheritdoc cref="Transposition512.Load32(byte**, nint, uint*)"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Load32(byte** rows, nint offset, uint* message)
    {
        for (int quarter = 0; quarter < 4; quarter++)
        {
            Vector128<uint> r0 = Vector128.Load((uint*)(rows[0] + offset));
            Vector128<uint> r1 = Vector128.Load((uint*)(rows[1] + offset));
            Vector128<uint> r2 = Vector128.Load((uint*)(rows[2] + offset));
            Vector128<uint> r3 = Vector128.Load((uint*)(rows[3] + offset));
            Vector128<uint> low02 = ZipLow(r0, r2);
            Vector128<uint> high02 = ZipHigh(r0, r2);
            Vector128<uint> low13 = ZipLow(r1, r3);
            Vector128<uint> high13 = ZipHigh(r1, r3);
            Vector128.Store(ZipLow(low02, low13), message);
            Vector128.Store(ZipHigh(low02, low13), message + 4);
            Vector128.Store(ZipLow(high02, high13), message + 8);
            Vector128.Store(ZipHigh(high02, high13), message + 12);
            offset += 16;
            message += 16;
        }
    }

    /// <summary>Separates eight words into those at even and those at odd places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Deinterleave(uint* words, uint* even, uint* odd)
    {
        Vector128<uint> low = Vector128.Load(words);
        Vector128<uint> high = Vector128.Load(words + 4);
        Vector128<uint> first = ZipLow(low, high);
        Vector128<uint> second = ZipHigh(low, high);
        Vector128.Store(ZipLow(first, second), even);
        Vector128.Store(ZipHigh(first, second), odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> ZipLow(Vector128<uint> a, Vector128<uint> b) =>
        Sse2.IsSupported ? Sse2.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a[0], b[0], a[1], b[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> ZipHigh(Vector128<uint> a, Vector128<uint> b) =>
        Sse2.IsSupported ? Sse2.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a[2], b[2], a[3], b[3]);
}
