using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ModelSigning.Core.Hashing;
using ModelSigning.Gpu.Devices;
using ModelSigning.Gpu.Kernels;

namespace ModelSigning.Gpu.Pipeline;

/// <summary>A BLAKE3 tree, or a complete subtree of one.</summary>
/// <param name="Leaves">How many nodes it starts from; at least 1.</param>
/// <param name="IsWhole">Whether its root is the digest, rather than a node of a larger tree.</param>
internal readonly record struct Tree(int Leaves, bool IsWhole);

/// <summary>
/// BLAKE3: files in pieces of a power of two, each of which the device reduces to one node; when a file's last piece is done, the device
/// reduces the nodes to the digest. Windows need nothing of each other.
/// </summary>
internal sealed class TreePlan : IWindowPlan
{
    private readonly GpuDevice _device;
    private readonly HashJob _job;
    private readonly int[] _items;
    private readonly PipelineOptions _options;
    private readonly Dictionary<int, byte[]> _open = [];
    private TreeWork? _finisher;
    private int _next;
    private long _done;

    public TreePlan(GpuDevice device, HashJob job, int[] items, PipelineOptions options, IEnumerable<Window> windows)
    {
        _device = device;
        _job = job;
        _items = items;
        _options = options;
        foreach (Window window in windows)
        {
            // Before any is used, so that too little memory is found out first.
            Work(window);
        }
    }

    public bool Fill(Window window)
    {
        while (_next < _items.Length)
        {
            int item = _items[_next];
            long rest = _job.Items[item].Length - _done;
            int length = (int)Math.Min(rest, _options.PieceBytes);
            bool failed = !_job.IsPending(item);
            if (!failed && !window.TryAdd(item, _done, length, isLast: length == rest, slot: 0))
            {
                break;
            }

            bool ends = failed || length == rest;
            _next += ends ? 1 : 0;
            _done = ends ? 0 : _done + length;
        }

        return window.Pieces.Count > 0;
    }

    public void Launch(Window window, Window? before)
    {
        TreeWork work = Work(window);
        List<Tree> trees = new(window.Pieces.Count);
        int leaves = 0;
        foreach ((ArrayView<Quad> data, int first, int count) in window.Runs())
        {
            int chunks = 0;
            for (int index = first; index < first + count; index++)
            {
                Piece piece = window.Pieces[index];
                Tree tree = new(Math.Max(1, (piece.Length + TreeWork.ChunkBytes - 1) / TreeWork.ChunkBytes), piece.IsWhole);
                work.Segments[index] = piece.ToSegment() with { FirstUnit = chunks, Target = leaves };
                trees.Add(tree);
                chunks += tree.Leaves;
                leaves += tree.Leaves;
            }

            work.EnqueueChunks(window.Stream, data, first, count, chunks);
        }

        work.EnqueueParents(window.Stream, CollectionsMarshal.AsSpan(trees));
    }

    public void Complete(Window window)
    {
        TreeWork work = Work(window);
        for (int index = 0; index < window.Pieces.Count; index++)
        {
            Piece piece = window.Pieces[index];
            if (!_job.IsPending(piece.Item))
            {
                _open.Remove(piece.Item);
            }
            else if (piece.IsWhole)
            {
                _job.Complete(piece.Item, work.Root(index));
            }
            else
            {
                Collect(piece, work.Root(index), window.Stream);
            }
        }
    }

    public void Dispose() => _finisher?.Dispose();

    private TreeWork Work(Window window) => window.Memory.Tree(_options.Segments, _options.Chunks);

    private int PiecesOf(int item) => (int)((_job.Items[item].Length + _options.PieceBytes - 1) / _options.PieceBytes);

    private void Collect(in Piece piece, ReadOnlySpan<byte> root, AcceleratorStream stream)
    {
        if (!_open.TryGetValue(piece.Item, out byte[]? roots))
        {
            roots = new byte[PiecesOf(piece.Item) * TreeWork.NodeBytes];
            _open.Add(piece.Item, roots);
        }

        root.CopyTo(roots.AsSpan((int)(piece.Offset / _options.PieceBytes) * TreeWork.NodeBytes));
        if (piece.IsLast)
        {
            // Windows complete in order, so the last piece is the last to arrive.
            _open.Remove(piece.Item);
            Finish(piece.Item, roots, stream);
        }
    }

    private void Finish(int item, byte[] roots, AcceleratorStream stream)
    {
        // One for all files of the job: allocating and freeing for each would let the device wait for the host.
        TreeWork work = _finisher ??= new(_device, segments: 1, nodes: _items.Max(PiecesOf));
        ReadOnlySpan<Quad> leaves = MemoryMarshal.Cast<byte, Quad>(roots);
        int count = roots.Length / TreeWork.NodeBytes;
        work.Nodes.SubView(0, leaves.Length).CopyFromCPU(stream, leaves);
        work.EnqueueParents(stream, [new Tree(count, IsWhole: true)]);
        stream.Synchronize();
        _job.Complete(item, work.Root(0));
    }
}
