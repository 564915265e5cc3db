using ModelSigning.Core.Input;

namespace ModelSigning.Core.Stores;

/// <summary>One stream, and behind it another one.</summary>
/// <param name="first">The first, which is read to its end.</param>
/// <param name="second">The other one.</param>
internal sealed class FollowedStream(Stream first, Stream second) : ForwardStream
{
    private bool _isSecond;

    public override int Read(Span<byte> buffer)
    {
        int read = _isSecond ? 0 : first.Read(buffer);
        if (read > 0 || buffer.IsEmpty)
        {
            return read;
        }

        _isSecond = true;
        return second.Read(buffer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            first.Dispose();
            second.Dispose();
        }

        base.Dispose(disposing);
    }
}
