using System.Buffers.Binary;
using System.IO.Hashing;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Stores.Zstandard;

/// <summary>
/// What frames of Zstandard unpack to, and only those that are as RFC 8878 wants them. Decoders are fast because they take much on trust: libzstd and its ports do not see that a stream of literals ends before
/// its last one, for example, and each then makes something else of the same bytes. What is unpacked here has one meaning for all of them. Frames that are skipped are refused too.
/// </summary>
/// <param name="packed">The frames.</param>
/// <param name="refuseWindow">Throws if the window of a frame, in bytes, is larger than it may be.</param>
/// <param name="cancellationToken">Ends the work.</param>
internal sealed class ZstdStream(Stream packed, Action<long> refuseWindow, CancellationToken cancellationToken) : ForwardStream
{
    private const int MagicLength = 4, BlockHeaderLength = 3, Raw = 0, Rle = 1, Compressed = 2;
    private const uint Magic = 0xFD2FB528, SkippedMagic = 0x184D2A50, SkippedMask = 0xFFFFFFF0;

    private readonly byte[] _buffer = new byte[BlockReader.Margin + FrameHeader.LongestBlock + UnpackedWindow.Spare];
    private readonly Literals _literals = new();
    private readonly Sequences _sequences = new();
    private readonly UnpackedWindow _window = new();
    private IEnumerator<int>? _blocks;
    private ReadOnlyMemory<byte> _rest;

    public override int Read(Span<byte> buffer)
    {
        _blocks ??= Blocks().GetEnumerator();
        while (_rest.IsEmpty)
        {
            if (!_blocks.MoveNext())
            {
                return 0;
            }

            _rest = _window.Last(_blocks.Current);
        }

        int count = Math.Min(buffer.Length, _rest.Length);
        _rest.Span[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _blocks?.Dispose();
            packed.Dispose();
        }

        base.Dispose(disposing);
    }

    // How many bytes each of them added to the window.
    private IEnumerable<int> Blocks()
    {
        while (packed.ReadAtLeast(Piece(MagicLength), MagicLength, throwOnEndOfStream: false) is > 0 and int read)
        {
            uint magic = read == MagicLength ? BinaryPrimitives.ReadUInt32LittleEndian(Piece(MagicLength)) : 0;
            if (magic != Magic)
            {
                // RFC 8878, section 3.1.2: other programs find another archive in what is skipped.
                throw new InvalidDataException((magic & SkippedMask) == SkippedMagic ? "It has a frame that is skipped." : "Something that is not a frame follows the last one.");
            }

            foreach (int length in Frame())
            {
                yield return length;
            }
        }
    }

    private IEnumerable<int> Frame()
    {
        byte first = Take(1)[0];
        FrameHeader frame = FrameHeader.Read(first, Take(FrameHeader.LengthBehind(first)));
        refuseWindow(frame.Window);
        _window.Begin(frame.Window);
        _literals.Reset();
        _sequences.Reset();
        XxHash64? sum = frame.HasSum ? new() : null;
        long size = 0;
        for (bool isLast = false; !isLast;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> start = Take(BlockHeaderLength);
            int header = start[0] | BinaryPrimitives.ReadUInt16LittleEndian(start[1..]) << 8;
            isLast = (header & 1) != 0;
            int length = Unpack((header >> 1) & 3, header >> 3, size, frame);
            size += length;
            sum?.Append(_window.Last(length).Span);
            yield return length;
        }

        if (frame.Size is { } said && said != size)
        {
            throw new InvalidDataException("A frame unpacks to another length than it says.");
        }

        if (sum is not null && BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint))) != (uint)sum.GetCurrentHashAsUInt64())
        {
            throw new InvalidDataException("A frame unpacks to bytes of another sum than it says.");
        }
    }

    private int Unpack(int type, int length, long before, FrameHeader frame)
    {
        if (length > frame.MostOfBlock)
        {
            throw new InvalidDataException("A block is longer than it may be.");
        }

        switch (type)
        {
            case Raw:
                _window.Add(Take(length));
                return length;
            case Rle:
                _window.Add(Take(1)[0], length);
                return length;
            case Compressed:
                packed.ReadExactly(Piece(length));
                BlockReader block = new(_buffer, BlockReader.Margin, BlockReader.Margin + length);
                ReadOnlySpan<byte> literals = _literals.Read(ref block, frame.MostOfBlock);
                return _sequences.Unpack(block, literals, before, frame, _window);
            default:
                throw new InvalidDataException("A block uses what is reserved.");
        }
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        Span<byte> piece = Piece(length);
        packed.ReadExactly(piece);
        return piece;
    }

    private Span<byte> Piece(int length) => _buffer.AsSpan(BlockReader.Margin, length);
}
