using System.Runtime.InteropServices;

namespace ModelSigning.Core.Hashing.Reading;

/// <summary>Memory outside the garbage collector's heap, aligned to a page, that one worker reads files into again and again; not cleared.</summary>
internal sealed unsafe class AlignedBuffer : IDisposable
{
    /// <summary>The alignment in bytes: a page, hence also a cache line and any vector.</summary>
    public const int Alignment = 4096;

    private byte* _pointer;

    public AlignedBuffer(int length)
    {
        _pointer = (byte*)NativeMemory.AlignedAlloc((nuint)length, Alignment);
        Length = length;
    }

    public int Length { get; }

    public byte* Pointer => _pointer;

    public Span<byte> Span => new(_pointer, Length);

    public void Dispose()
    {
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
    }
}
