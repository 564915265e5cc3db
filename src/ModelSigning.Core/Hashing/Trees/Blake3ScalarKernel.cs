namespace ModelSigning.Core.Hashing.Trees;

/// <summary>One chunk after another, for processors without vectors and for what is too little for them, and as what the wide kernels are compared with.</summary>
internal sealed unsafe class Blake3ScalarKernel : Blake3Kernel
{
    public static Blake3ScalarKernel Instance { get; } = new();

    public override string Name => "Scalar";

    public override void HashChunks(byte* chunks, int count, ulong counter, uint* values)
    {
        Span<uint> value = stackalloc uint[Blake3Constants.Words];
        for (int chunk = 0; chunk < count; chunk++)
        {
            ReadOnlySpan<byte> bytes = new(chunks + (chunk * Blake3Constants.ChunkLength), Blake3Constants.ChunkLength);
            Blake3Compression.HashChunk(bytes, counter + (uint)chunk, rootFlag: 0, value);
            Blake3Segment.Store(value, values, chunk);
        }
    }

    public override void HashParents(uint* values, int count)
    {
        Span<uint> left = stackalloc uint[Blake3Constants.Words];
        Span<uint> right = stackalloc uint[Blake3Constants.Words];
        for (int parent = 0; parent < count; parent++)
        {
            Blake3Segment.Load(values, 2 * parent, left);
            Blake3Segment.Load(values, (2 * parent) + 1, right);
            Blake3Compression.HashParent(left, right, rootFlag: 0);
            Blake3Segment.Store(left, values, parent);
        }
    }
}
