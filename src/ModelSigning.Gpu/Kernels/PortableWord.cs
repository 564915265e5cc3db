using System.Runtime.CompilerServices;

namespace ModelSigning.Gpu.Kernels;

/// <summary>The operations of <see cref="Word"/> in shifts, which OpenCL compilers turn into rotations.</summary>
internal static class PortableWord
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint RotateRight(uint value, int count) => (value >> count) | (value << (32 - count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong RotateRight(ulong value, int count) => (value >> count) | (value << (64 - count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint ReverseBytes(uint value) =>
        (RotateRight(value, 8) & 0xff00ff00) | (RotateRight(value, 24) & 0x00ff00ff);
}
