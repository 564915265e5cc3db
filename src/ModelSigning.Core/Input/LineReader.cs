namespace ModelSigning.Core.Input;

/// <summary>What <see cref="LineReader.Next"/> found.</summary>
internal enum LineState
{
    /// <summary>Nothing: the stream has ended.</summary>
    None,

    /// <summary>A line that ends with a line feed.</summary>
    Whole,

    /// <summary>What follows the last line feed, when the stream has ended. A later call reads on, because someone may be writing.</summary>
    Torn,

    /// <summary>A line that is longer than allowed. The next call goes on after it.</summary>
    TooLong,

    /// <summary>More bytes than are read of the stream.</summary>
    TooLarge,
}

/// <summary>The lines of a stream, read one after the other, so that memory holds the longest line and not the stream.</summary>
/// <param name="stream">The stream; each byte is read once.</param>
/// <param name="limit">The most bytes that are read of it.</param>
internal sealed class LineReader(Stream stream, long limit)
{
    private byte[] _buffer = new byte[256 * 1024];
    private int _start, _scanned, _end;
    private bool _isTooLong;

    /// <summary>The number of the line that was found last, from 1 on; a torn line is not counted.</summary>
    public int Number { get; private set; }

    /// <summary>How many bytes the whole lines so far have, line feeds included.</summary>
    public long Length { get; private set; }

    /// <summary>How many bytes were read.</summary>
    public long Position { get; private set; }

    /// <summary>The line without its line feed; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>Goes to the next line.</summary>
    /// <param name="most">The longest line that is kept, in bytes.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public LineState Next(int most, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int found = _buffer.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n');
            int length = (found < 0 ? _end : _scanned + found) - _start;
            if (!_isTooLong && length > most)
            {
                _isTooLong = true;
                Number++;
                Line = default;
                return LineState.TooLong;
            }

            if (found >= 0)
            {
                Line = _buffer.AsMemory(_start, length);
                Length += length + 1;
                _start = _scanned = _start + length + 1;
                if (!_isTooLong)
                {
                    Number++;
                    return LineState.Whole;
                }

                _isTooLong = false;
                continue;
            }

            _scanned = _end;
            if (_isTooLong)
            {
                Length += _end - _start;
                _start = _end;
            }

            if (!Fill())
            {
                Line = _buffer.AsMemory(_start, _end - _start);
                return _isTooLong || Line.IsEmpty ? LineState.None : LineState.Torn;
            }

            if (Position > limit)
            {
                return LineState.TooLarge;
            }
        }
    }

    // Reads on after what is buffered. The buffer grows to twice the longest line at most.
    private bool Fill()
    {
        if (_end == _buffer.Length)
        {
            byte[] next = _end - _start > _buffer.Length / 2 ? new byte[2 * _buffer.Length] : _buffer;
            _buffer.AsSpan(_start, _end - _start).CopyTo(next);
            (_buffer, _scanned, _end, _start) = (next, _scanned - _start, _end - _start, 0);
        }

        int read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        Position += read;
        return read > 0;
    }
}
