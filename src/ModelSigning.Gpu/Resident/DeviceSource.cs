using ILGPU;
using ILGPU.Runtime;
using ModelSigning.Core.Hashing;
using ModelSigning.Gpu.Pipeline;

namespace ModelSigning.Gpu.Resident;

/// <summary>
/// Ranges of the device's memory as the source of a job. What lies at a multiple of 16 bytes is hashed in place, but for the end of each
/// range, behind which the padding must follow; the rest is moved within the device's memory.
/// </summary>
internal sealed class DeviceSource(HashJob job, IReadOnlyList<DeviceRange> ranges, CancellationToken token) : IPieceSource
{
    public CancellationToken Stopped => token;

    public MemoryBuffer? Direct(int item, long offset, out long start) => ranges[item].Bytes.Direct(offset, out start);

    // There is nothing to read: an event that no piece is waited for is set from the beginning.
    public void Start(Window window)
    {
        window.BeginReading();
        foreach (Piece piece in window.Pieces)
        {
            if (piece.Buffer is null)
            {
                Padding.Write(window.Host.Slice(piece.Place, piece.Room), piece, job.Algorithm);
            }

            window.PieceRead();
        }
    }

    public void EnqueueCopy(Window window)
    {
        foreach (Piece piece in window.Pieces)
        {
            if (piece.Buffer is null)
            {
                // Only what lies behind the last whole block of the piece comes from the host.
                int whole = piece.Length & -Piece.Alignment;
                if (piece.Room > whole)
                {
                    window.EnqueueUpload(piece.Place + whole, piece.Room - whole);
                }

                if (piece.Length > 0)
                {
                    ArrayView<byte> target = window.Data.Cast<byte>().SubView(piece.Place, piece.Length);
                    ranges[piece.Item].Bytes.EnqueueCopy(window.Stream, piece.Offset, target);
                }
            }
        }
    }

    public void ThrowIfFaulted()
    {
        // It has no thread that could end early.
    }

    public bool TryStop() => true;
}
