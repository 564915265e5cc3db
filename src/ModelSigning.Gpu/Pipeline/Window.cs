using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ModelSigning.Gpu.Devices;
using ModelSigning.Gpu.Kernels;

namespace ModelSigning.Gpu.Pipeline;

/// <summary>
/// Page-locked memory that items are read into, its counterpart on the device, and a stream of the device of its own, so that the copying
/// of one window and the hashing of another overlap. Pieces that lie on the device already are part of a window without using its space.
/// </summary>
internal sealed class Window : IDisposable
{
    private readonly PipelineOptions _options;
    private readonly IPieceSource _source;
    private readonly List<Piece> _pieces = [];
    private readonly ManualResetEventSlim _read = new();
    private int _unread;
    private long _hashed;

    public Window(GpuDevice device, PipelineOptions options, IPieceSource source)
    {
        _options = options;
        _source = source;
        Memory = WindowMemory.Take(device, options.WindowBytes);
    }

    /// <summary>The memory that it lies in.</summary>
    public WindowMemory Memory { get; }

    /// <summary>The device's stream, in which the window is copied and hashed.</summary>
    public AcceleratorStream Stream => Memory.Stream;

    /// <summary>What lies in the window.</summary>
    public IReadOnlyList<Piece> Pieces => _pieces;

    /// <summary>How many bytes of the window are taken.</summary>
    public int Taken { get; private set; }

    /// <summary>The window on the device.</summary>
    public ArrayView<Quad> Data => Memory.Data;

    /// <summary>The window on the host.</summary>
    public Span<byte> Host => MemoryMarshal.AsBytes(Memory.Quads);

    /// <summary>Empties the window, to be filled again.</summary>
    public void Clear()
    {
        _pieces.Clear();
        Taken = 0;
        _hashed = 0;
    }

    /// <summary>Whether a part of an item can be hashed where it lies.</summary>
    public bool IsDirect(int item, long offset, int length) => _source.Direct(item, offset, length, out _) is not null;

    /// <summary>Adds a piece if it still fits.</summary>
    /// <returns>Whether it did.</returns>
    public bool TryAdd(int item, long offset, int length, bool isLast, int slot)
    {
        MemoryBuffer? buffer = _source.Direct(item, offset, length, out long start);
        int room = buffer is null ? Piece.RoomOf(length, isLast) : 0;
        bool fits = _pieces.Count < _options.Segments && Taken + room <= _options.WindowBytes && (_hashed == 0 || _hashed + length <= _options.HashedBytes);
        if (fits)
        {
            _pieces.Add(new Piece(item, offset, length, isLast, buffer, buffer is null ? Taken / Quad.Size : start, slot));
            Taken += room;
            _hashed += length;
        }

        return fits;
    }

    /// <summary>The runs of neighbouring pieces that lie in one buffer: each is one launch.</summary>
    public IEnumerable<(ArrayView<Quad> Data, int First, int Count)> Runs()
    {
        for (int first = 0, end; first < _pieces.Count; first = end)
        {
            MemoryBuffer? buffer = _pieces[first].Buffer;
            for (end = first + 1; end < _pieces.Count && _pieces[end].Buffer == buffer;)
            {
                end++;
            }

            yield return (buffer is null ? Data : Quads(buffer), first, end - first);
        }
    }

    /// <summary>Begins the reading: as many pieces are to be told to <see cref="PieceRead"/>.</summary>
    public void BeginReading()
    {
        _unread = _pieces.Count;
        _read.Reset();
    }

    /// <summary>One more piece has been read, or has failed.</summary>
    public void PieceRead()
    {
        if (Interlocked.Decrement(ref _unread) == 0)
        {
            _read.Set();
        }
    }

    /// <summary>Waits until every piece has been read.</summary>
    public void WaitUntilRead(CancellationToken token) => _read.Wait(token);

    /// <summary>Copies a part of the host's window to the device's.</summary>
    /// <param name="place">Where it starts, in bytes; a multiple of 16.</param>
    /// <param name="length">How many bytes; a multiple of 16.</param>
    public void EnqueueUpload(int place, int length) =>
        Data.SubView(place / Quad.Size, length / Quad.Size)
            .CopyFromCPUUnsafeAsync(Stream, ref Memory.Quads[place / Quad.Size], length / Quad.Size);

    /// <summary>Gives the memory back to the device. The stream is at rest.</summary>
    public void Dispose()
    {
        Memory.Keep();
        _read.Dispose();
    }

    private static ArrayView<Quad> Quads(MemoryBuffer buffer) =>
        buffer.AsRawArrayView(0, buffer.LengthInBytes & -Quad.Size).Cast<Quad>();
}
