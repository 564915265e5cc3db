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
