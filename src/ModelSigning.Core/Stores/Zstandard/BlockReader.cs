namespace ModelSigning.Core.Stores.Zstandard;

/// <summary>Takes a part of a block apart, from front to back.</summary>
/// <param name="buffer">What the part lies in, with <see cref="Margin"/> bytes before the block and <see cref="UnpackedWindow.Spare"/> behind it.</param>
/// <param name="start">Where the part begins.</param>
/// <param name="end">Where it ends.</param>
internal ref struct BlockReader(ReadOnlySpan<byte> buffer, int start, int end)
{
    /// <summary>How far before its beginning a bitstream may be looked at: a sequence takes 89 bits at most, of eight bytes at a time.</summary>
    public const int Margin = 32;

    private readonly ReadOnlySpan<byte> _buffer = buffer;
    private readonly int _end = end;
    private int _at = start;

    /// <summary>How many bytes were not taken.</summary>
    public readonly int Left => _end - _at;

    /// <summary>Takes a number, its lowest byte first.</summary>
    /// <param name="length">Its bytes, up to four.</param>
    public long Number(int length)
    {
        Require(length);
        long number = 0;
        for (int place = 0; place < length; place++)
        {
            number |= (long)_buffer[_at++] << (8 * place);
        }

        return number;
    }

    /// <summary>The first byte that was not taken.</summary>
    public readonly int Peek()
    {
        Require(1);
        return _buffer[_at];
    }

    /// <summary>Takes bytes to be read by themselves.</summary>
    /// <param name="length">How many.</param>
    public BlockReader Part(int length)
    {
        Require(length);
        _at += length;
        return new(_buffer, _at - length, _at);
    }

    /// <summary>Takes bytes as they are.</summary>
    /// <param name="length">How many.</param>
    /// <returns>The bytes, and <see cref="UnpackedWindow.Spare"/> that may be read behind them.</returns>
    public ReadOnlySpan<byte> Bytes(int length)
    {
        Require(length);
        _at += length;
        return _buffer.Slice(_at - length, length + UnpackedWindow.Spare);
    }

    /// <summary>Some bits from the lowest of the first byte on, none of which are taken; behind the end they are zero.</summary>
    /// <param name="first">How many bits come before them.</param>
    /// <param name="count">How many, up to 16.</param>
    public readonly int BitsAt(int first, int count)
    {
        int bits = 0;
        for (int place = 0, at = _at + (first >> 3); place < 3 && at < _end; place++, at++)
        {
            bits |= _buffer[at] << (8 * place);
        }

        return (bits >> (first & 7)) & ((1 << count) - 1);
    }

    /// <summary>Takes all that is left as a bitstream.</summary>
    public BackwardBits Bits()
    {
        BackwardBits bits = new(_buffer, _at, _end);
        _at = _end;
        return bits;
    }

    private readonly void Require(int length)
    {
        if (length < 0 || length > Left)
        {
            throw new InvalidDataException("A part of a block is longer than the block.");
        }
    }
}
