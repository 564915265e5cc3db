using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ModelSigning.Gpu.Devices;
using ModelSigning.Gpu.Kernels;

namespace ModelSigning.Gpu.Pipeline;

/// <summary>
/// One batch of BLAKE3 trees at a time: segments become the chaining values of their chunks, and each tree's values its root, or the root
/// of the part that it is (BLAKE3 paper, section 2.1). Nothing of it is computed on the host.
/// </summary>
internal sealed class TreeWork : IDisposable
{
    /// <summary>The bytes of a chunk, a tree's leaf.</summary>
    public const int ChunkBytes = 1024;

    /// <summary>The bytes of a node: a chaining value or a digest.</summary>
    public const int NodeBytes = 32;

    private const int NodeQuads = NodeBytes / Quad.Size;
    private const int NodesPerGroup = 2 * Blake3Kernels.GroupSize;

    private readonly GpuDevice _device;
    private readonly PageLockedArray1D<Segment> _segments;
    private readonly MemoryBuffer1D<Segment, Stride1D.Dense> _deviceSegments;
    private readonly PageLockedArray1D<NodeRange> _ranges;
    private readonly MemoryBuffer1D<NodeRange, Stride1D.Dense> _deviceRanges;
    private readonly MemoryBuffer1D<Quad, Stride1D.Dense> _nodes;
    private readonly MemoryBuffer1D<Quad, Stride1D.Dense> _parents;
    private readonly PageLockedArray1D<Quad> _results;

    /// <summary>Allocates the memory.</summary>
    /// <param name="device">The device.</param>
    /// <param name="segments">The most segments, and the most trees, of a batch.</param>
    /// <param name="nodes">The most chunks of a batch.</param>
    public TreeWork(GpuDevice device, int segments, int nodes)
    {
        _device = device;
        Chunks = nodes;
        Accelerator accelerator = device.Accelerator;
        _segments = accelerator.AllocatePageLocked1D<Segment>(segments);
        _deviceSegments = accelerator.Allocate1D<Segment>(segments);
        int ranges = segments * Math.Max(1, Passes(nodes));
        _ranges = accelerator.AllocatePageLocked1D<NodeRange>(ranges);
        _deviceRanges = accelerator.Allocate1D<NodeRange>(ranges);
        _nodes = accelerator.Allocate1D<Quad>((long)nodes * NodeQuads);
        _parents = accelerator.Allocate1D<Quad>(((long)(nodes / NodesPerGroup) + segments + 1) * NodeQuads);
        _results = accelerator.AllocatePageLocked1D<Quad>((long)segments * NodeQuads);
    }

    /// <summary>The most chunks of a batch.</summary>
    public int Chunks { get; }

    /// <summary>Where the batch's segments are written; each launch of chunks numbers its own chunks from 0.</summary>
    public Span<Segment> Segments => _segments.Span;

    /// <summary>The leaves, and on the way up every second level's nodes.</summary>
    public ArrayView<Quad> Nodes => _nodes.View.AsContiguous();

    /// <summary>Hashes chunks of some of the segments.</summary>
    /// <param name="stream">The stream of the device.</param>
    /// <param name="data">The data that the segments lie in.</param>
    /// <param name="first">The first segment.</param>
    /// <param name="count">How many segments.</param>
    /// <param name="chunks">How many chunks they have together.</param>
    public void EnqueueChunks(AcceleratorStream stream, ArrayView<Quad> data, int first, int count, int chunks)
    {
        ArrayView<Segment> segments = _deviceSegments.View.AsContiguous().SubView(first, count);
        segments.CopyFromCPUUnsafeAsync(stream, ref _segments.Span[first], count);
        _device.Kernels.Chunks(stream, data, segments, chunks, Nodes);
    }

    /// <summary>
    /// Reduces trees, whose leaves lie in <see cref="Nodes"/> one tree after the other; their roots are there when the stream has come
    /// to rest.
    /// </summary>
    public void EnqueueParents(AcceleratorStream stream, ReadOnlySpan<Tree> trees)
    {
        int passes = 0;
        foreach (Tree tree in trees)
        {
            passes = Math.Max(passes, Passes(tree.Leaves));
        }

        Span<int> groups = stackalloc int[passes];
        WriteRanges(trees, groups);
        ArrayView<NodeRange> ranges = _deviceRanges.View.AsContiguous();
        int written = passes * trees.Length;
        if (written > 0)
        {
            ranges.SubView(0, written).CopyFromCPUUnsafeAsync(stream, ref _ranges.Span[0], written);
        }

        (ArrayView<Quad> source, ArrayView<Quad> target) = (Nodes, _parents.View.AsContiguous());
        for (int pass = 0; pass < passes; pass++)
        {
            _device.Kernels.Parents(stream, source, ranges.SubView(pass * trees.Length, trees.Length), groups[pass], target);
            (source, target) = (target, source);
        }

        int quads = trees.Length * NodeQuads;
        source.SubView(0, quads).CopyToCPUUnsafeAsync(stream, ref _results.Span[0], quads);
    }

    /// <summary>The root of a tree.</summary>
    public ReadOnlySpan<byte> Root(int tree) => MemoryMarshal.AsBytes(_results.Span.Slice(tree * NodeQuads, NodeQuads));

    public void Dispose()
    {
        _segments.Dispose();
        _deviceSegments.Dispose();
        _ranges.Dispose();
        _deviceRanges.Dispose();
        _nodes.Dispose();
        _parents.Dispose();
        _results.Dispose();
    }

    // How often 256 nodes must become one until one is left.
    private static int Passes(int leaves)
    {
        int passes = 0;
        for (; leaves > 1; leaves = (leaves + NodesPerGroup - 1) / NodesPerGroup)
        {
            passes++;
        }

        return passes;
    }

    private void WriteRanges(ReadOnlySpan<Tree> trees, Span<int> groups)
    {
        int[] counts = new int[trees.Length];
        for (int tree = 0; tree < trees.Length; tree++)
        {
            counts[tree] = trees[tree].Leaves;
        }

        for (int pass = 0; pass < groups.Length; pass++)
        {
            int source = 0;
            int target = 0;
            for (int tree = 0; tree < trees.Length; tree++)
            {
                _ranges.Span[(pass * trees.Length) + tree] = new NodeRange
                {
                    Source = source,
                    Count = counts[tree],
                    Target = target,
                    FirstGroup = target,
                    IsRoot = trees[tree].IsWhole ? 1 : 0,
                };
                source += counts[tree];
                counts[tree] = (counts[tree] + NodesPerGroup - 1) / NodesPerGroup;
                target += counts[tree];
            }

            groups[pass] = target;
        }
    }
}
