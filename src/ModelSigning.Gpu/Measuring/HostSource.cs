using ILGPU.Runtime;
using ModelSigning.Gpu.Pipeline;

namespace ModelSigning.Gpu.Measuring;

/// <summary>
/// Page-locked memory as it is, for measuring the way from there to the digest without any reading. Its digests are of no use to anyone.
/// </summary>
internal sealed class HostSource(CancellationToken token) : IPieceSource
{
    public CancellationToken Stopped => token;

    public MemoryBuffer? Direct(int item, long offset, int length, out long start)
    {
        start = 0;
        return null;
    }

    public void Start(Window window)
    {
        window.BeginReading();
        for (int piece = 0; piece < window.Pieces.Count; piece++)
        {
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
