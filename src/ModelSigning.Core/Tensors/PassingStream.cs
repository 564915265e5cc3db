using ModelSigning.Core.Input;

namespace ModelSigning.Core.Tensors;

/// <summary>
/// A file that can be read only once. Whoever reads its header may read a piece too much, so the last piece is kept and can be read again.
/// </summary>
internal sealed class PassingStream(Stream inner) : ForwardStream
{
    private byte[] _last = [];
    private int _count;
    private int _again;
    private long _read;
    private bool _isPast;

    public override long Position
    {
        get => _read - _again;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (_again > 0)
        {
            int repeated = Math.Min(_again, buffer.Length);
            _last.AsSpan(_count - _again, repeated).CopyTo(buffer);
            _again -= repeated;
            return repeated;
        }

        int read = inner.Read(buffer);
        _read += read;
        if (_isPast)
        {
            _count = 0;
            return read;
        }

        if (_last.Length < read)
        {
            _last = new byte[read];
        }

        buffer[..read].CopyTo(_last);
        _count = read;
        return read;
    }

    /// <summary>Whether the file begins with some bytes, all of which are read again afterwards. Nothing was read before.</summary>
    public bool BeginsWith(ReadOnlySpan<byte> bytes)
    {
        _last = new byte[bytes.Length];
        _count = inner.ReadAtLeast(_last, _last.Length, throwOnEndOfStream: false);
        _read = _again = _count;
        return _last.AsSpan(0, _count).SequenceEqual(bytes);
    }

    /// <summary>Goes to a place that is not before the last piece. What is read afterwards is not kept: the header is read.</summary>
    /// <exception cref="EndOfStreamException">The file ends before it.</exception>
    public void GoTo(long position)
    {
        _isPast = true;
        ArgumentOutOfRangeException.ThrowIfLessThan(position, _read - _count);
        _again = (int)Math.Max(0, _read - position);
        for (byte[] passed = new byte[Math.Min(64 * 1024, position - Position)]; Position < position;)
        {
            if (Read(passed, 0, (int)Math.Min(passed.Length, position - Position)) == 0)
            {
                throw new EndOfStreamException();
            }
        }
    }
}
