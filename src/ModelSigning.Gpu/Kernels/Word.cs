using System.Runtime.CompilerServices;
using ILGPU.IR.Intrinsics;

namespace ModelSigning.Gpu.Kernels;

/// <summary>
/// The operations on words for which ILGPU has no instruction of its own: it makes a rotation two shifts and an OR. On CUDA
/// <see cref="PtxWord"/> puts the device's instruction in their place, elsewhere <see cref="PortableWord"/> is what runs.
/// </summary>
internal static class Word
{
    /// <summary>Rotates by a constant from 1 to 31.</summary>
    [IntrinsicImplementation]
    public static uint RotateRight(uint value, int count) => PortableWord.RotateRight(value, count);

    /// <summary>Rotates by a constant from 1 to 63.</summary>
    [IntrinsicImplementation]
    public static ulong RotateRight(ulong value, int count) => PortableWord.RotateRight(value, count);

    /// <summary>Exchanges big-endian and little-endian.</summary>
    [IntrinsicImplementation]
    public static uint ReverseBytes(uint value) => PortableWord.ReverseBytes(value);

    /// <summary>Two words as one of 64 bits; the first is the low one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Join(uint low, uint high) => low | ((ulong)high << 32);
}
