using ILGPU;
using ILGPU.Runtime;
using ModelSigning.Gpu.Pipeline;

namespace ModelSigning.Gpu.Resident;

/// <summary>
/// Ranges of the device's memory as the source of a job. What lies at a multiple of 16 bytes is hashed in place; the rest is moved
/// within the device's memory.
/// </summary>
internal sealed class DeviceSource(IReadOnlyList<DeviceRange> ranges, CancellationToken token) : IPieceSource
{
    public CancellationToken Stopped => token;

    public MemoryBuffer? Direct(int item, long offset, int length, out long start) => ranges[item].Direct(offset, length, out start);

    // There is nothing to read: an event that no piece is waited for is set from the beginning.
    public void Start(Window window)
    {
        window.BeginReading();
        for (int piece = 0; piece < window.Pieces.Count; piece++)
        {
            window.PieceRead();
        }
    }

    public void EnqueueCopy(Window window)
    {
        foreach (Piece piece in window.Pieces)
        {
            if (piece.Buffer is null && piece.Length > 0)
            {
                ArrayView<byte> target = window.Data.Cast<byte>().SubView(piece.Place, piece.Length);
                ranges[piece.Item].EnqueueCopy(window.Stream, piece.Offset, target);
            }
        }
    }

    public void ThrowIfFaulted()
    {
        // It has no thread that could end early.
    }

    public bool TryStop() => true;
}
