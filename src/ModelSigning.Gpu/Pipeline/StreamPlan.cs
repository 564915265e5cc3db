using ILGPU;
using ILGPU.Runtime;
using ModelSigning.Core.Hashing;
using ModelSigning.Gpu.Devices;
using ModelSigning.Gpu.Kernels;

namespace ModelSigning.Gpu.Pipeline;

/// <summary>
/// SHA-256 and BLAKE2b: many streams side by side, a part of each in every window, its state on the device in between. The longest items
/// begin first, and an item that ends gives its place to the next.
/// </summary>
internal sealed class StreamPlan : IWindowPlan
{
    private readonly HashJob _job;
    private readonly int[] _items;
    private readonly int _quantum;
    private readonly int _directQuantum;
    private readonly List<(int Item, long Done, int Slot)> _active = [];
    private readonly Stack<int> _slots;
    private readonly MemoryBuffer1D<Quad, Stride1D.Dense> _states;
    private readonly int _segments;
    private int _next;

    public StreamPlan(GpuDevice device, HashJob job, int[] items, PipelineOptions options, IEnumerable<Window> windows)
    {
        _job = job;
        _items = items;
        Array.Sort(items, (x, y) => job.Items[y].Length.CompareTo(job.Items[x].Length));
        int streams = Math.Clamp(items.Length, 1, options.Streams);
        _quantum = Quantum(options.WindowBytes, streams);
        _directQuantum = Quantum(Math.Max(options.WindowBytes, options.HashedBytes), streams);
        _slots = new Stack<int>(Enumerable.Range(0, streams));
        _states = StreamWork.AllocateStates(device, job.Algorithm, streams);
        _segments = options.Segments;
        foreach (Window window in windows)
        {
            // Before any is used, so that too little memory is found out first.
            Work(window);
        }
    }

    public bool Fill(Window window)
    {
        // A slot whose stream ends in this window is read in its launch, so that none may be written to it before the next.
        List<int> ended = [];
        for (int index = 0; index < _active.Count;)
        {
            (int item, long done, int slot) = _active[index];
            long more = done;
            if (_job.IsPending(item) && (!TryContinue(window, item, ref more, slot) || more < _job.Items[item].Length))
            {
                _active[index++] = (item, more, slot);
            }
            else
            {
                ended.Add(slot);
                _active[index] = _active[^1];
                _active.RemoveAt(_active.Count - 1);
            }
        }

        for (; _next < _items.Length; _next++)
        {
            int item = _items[_next];
            long done = 0;
            if (!_slots.TryPeek(out int slot) || !TryContinue(window, item, ref done, slot))
            {
                break;
            }

            if (done < _job.Items[item].Length)
            {
                _active.Add((item, done, _slots.Pop()));
            }
        }

        ended.ForEach(_slots.Push);
        return window.Pieces.Count > 0;
    }

    public void Launch(Window window, Window? before)
    {
        StreamWork work = Work(window);
        for (int piece = 0; piece < window.Pieces.Count; piece++)
        {
            work.Segments[piece] = window.Pieces[piece].ToSegment();
        }

        // The states that this window begins with are those that the window before it ends with; the copy overlaps with that one all the same.
        if (before is not null)
        {
            StreamOrder.Follow(window.Stream, before.Stream);
        }

        foreach ((ArrayView<Quad> data, int first, int count) in window.Runs())
        {
            work.Enqueue(window.Stream, data, first, count, _states.View.AsContiguous());
        }
    }

    public void Complete(Window window)
    {
        StreamWork work = Work(window);
        Span<byte> digest = stackalloc byte[_job.DigestLength];
        for (int index = 0; index < window.Pieces.Count; index++)
        {
            Piece piece = window.Pieces[index];
            if (piece.IsLast && _job.IsPending(piece.Item))
            {
                work.Digest(index, digest);
                _job.Complete(piece.Item, digest);
            }
        }
    }

    public void Dispose() => _states.Dispose();

    private StreamWork Work(Window window) => window.Memory.Streams(_job.Algorithm, _segments);

    private static int Quantum(long bytes, int streams) =>
        (int)Math.Clamp((bytes / streams) - (2 * Piece.Alignment), Piece.Alignment, PipelineOptions.LongestQuantum) & -Piece.Alignment;

    // Adds the stream's next part, if it still fits the window.
    private bool TryContinue(Window window, int item, ref long done, int slot)
    {
        long rest = _job.Items[item].Length - done;
        int length = (int)Math.Min(rest, _directQuantum);
        length = window.IsDirect(item, done, length) ? length : (int)Math.Min(rest, _quantum);
        bool added = window.TryAdd(item, done, length, isLast: length == rest, slot);
        done += added ? length : 0;
        return added;
    }
}
