using ILGPU.Runtime;

namespace ModelSigning.Gpu.Pipeline;

/// <summary>A few bytes of the host's memory as the only item of a job.</summary>
internal sealed class MemorySource(ReadOnlyMemory<byte> bytes) : IPieceSource
{
    public CancellationToken Stopped => CancellationToken.None;

    public MemoryBuffer? Direct(int item, long offset, int length, out long start)
    {
        start = 0;
        return null;
    }

    public void Start(Window window)
    {
        window.BeginReading();
        foreach (Piece piece in window.Pieces)
        {
            bytes.Span.Slice((int)piece.Offset, piece.Length).CopyTo(window.Host.Slice(piece.Place, piece.Room));
            window.PieceRead();
        }
    }

    public void EnqueueCopy(Window window) => window.EnqueueUpload(0, window.Taken);

    public void ThrowIfFaulted()
    {
        // It has no thread that could end early.
    }

    public bool TryStop() => true;
}
