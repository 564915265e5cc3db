using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelSigning.Gpu.Kernels;

/// <summary>Sixteen bytes: the unit in which the kernels read and write memory (one vector load or store).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Quad
{
    /// <summary>The size in bytes.</summary>
    public const int Size = 16;

    public uint X;
    public uint Y;
    public uint Z;
    public uint W;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad Of(uint x, uint y, uint z, uint w)
    {
        Quad quad;
        quad.X = x;
        quad.Y = y;
        quad.Z = z;
        quad.W = w;
        return quad;
    }
}

/// <summary>
/// What stands for the bytes behind a stream's last one. The kernels make it themselves, so that data is hashed where it lies, whatever follows it.
/// </summary>
internal static class Ending
{
    /// <summary>The first bytes of a quad, and zeros; all of it from 16 bytes on, nothing of it below 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad Cut(Quad quad, int bytes) => bytes >= Quad.Size
        ? quad
        : Quad.Of(quad.X & Mask(bytes), quad.Y & Mask(bytes - 4), quad.Z & Mask(bytes - 8), quad.W & Mask(bytes - 12));

    /// <summary>The quad with SHA-256's one bit (FIPS 180-4, section 5.1.1) in its byte of this number, if it has that byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad Mark(Quad quad, int at) =>
        Quad.Of(quad.X | Bit(at), quad.Y | Bit(at - 4), quad.Z | Bit(at - 8), quad.W | Bit(at - 12));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Mask(int bytes) => bytes >= 4 ? uint.MaxValue : bytes <= 0 ? 0u : (1u << (8 * bytes)) - 1u;

    // One comparison: the compiler would make a variable of two, of which ILGPU's analysis would think that it is the same for all threads.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Bit(int at) => (uint)at > 3u ? 0u : 0x80u << (8 * at);
}
