using System.Buffers.Binary;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Stores.Zstandard;

/// <summary>
/// Bytes of Zstandard, given on block by block after each was found to be as RFC 8878 wants it. Decoders are fast because they take much on trust: libzstd and its ports do not see
/// that a stream of literals ends before its last one, for example, and each then makes something else of the same bytes. What is read here has one meaning for all of them.
/// Only the sum of what comes out is left to who unpacks it.
/// </summary>
/// <param name="packed">The bytes.</param>
/// <param name="cancellationToken">Ends the work.</param>
internal sealed class ZstdFrames(Stream packed, CancellationToken cancellationToken) : ForwardStream
{
    private const int MagicLength = 4, BlockHeaderLength = 3, SumLength = 4, Raw = 0, Rle = 1, Compressed = 2;
    private const uint Magic = 0xFD2FB528, SkippedMagic = 0x184D2A50, SkippedMask = 0xFFFFFFF0;

    private readonly byte[] _buffer = new byte[BlockReader.Margin + BlockHeaderLength + (128 * 1024)];
    private readonly Literals _literals = new();
    private readonly Sequences _sequences = new();
    private IEnumerator<int>? _pieces;
    private int _at, _end;

    public override int Read(Span<byte> buffer)
    {
        _pieces ??= Pieces().GetEnumerator();
        while (_at == _end)
        {
            if (!_pieces.MoveNext())
            {
                return 0;
            }

            (_at, _end) = (BlockReader.Margin, BlockReader.Margin + _pieces.Current);
        }

        int count = Math.Min(buffer.Length, _end - _at);
        _buffer.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _pieces?.Dispose();
            packed.Dispose();
        }

        base.Dispose(disposing);
    }

    // The lengths of what lies in the buffer one after the other.
    private IEnumerable<int> Pieces()
    {
        while (packed.ReadAtLeast(Piece(0, MagicLength), MagicLength, throwOnEndOfStream: false) is > 0 and int read)
        {
            uint magic = read == MagicLength ? BinaryPrimitives.ReadUInt32LittleEndian(Piece(0, MagicLength)) : 0;
            IEnumerable<int> pieces = magic == Magic ? Frame()
                : (magic & SkippedMask) == SkippedMagic ? SkippedFrame()
                : throw new InvalidDataException("Something that is not a frame follows the last one.");
            yield return MagicLength;
            foreach (int length in pieces)
            {
                yield return length;
            }
        }
    }

    private IEnumerable<int> SkippedFrame()
    {
        packed.ReadExactly(Piece(0, sizeof(uint)));
        long left = BinaryPrimitives.ReadUInt32LittleEndian(Piece(0, sizeof(uint)));
        yield return sizeof(uint);
        while (left > 0)
        {
            int length = (int)Math.Min(left, _buffer.Length - BlockReader.Margin);
            packed.ReadExactly(Piece(0, length));
            left -= length;
            yield return length;
        }
    }

    private IEnumerable<int> Frame()
    {
        packed.ReadExactly(Piece(0, 1));
        int headerLength = FrameHeader.Length(Piece(0, 1)[0]);
        packed.ReadExactly(Piece(1, headerLength - 1));
        FrameHeader frame = FrameHeader.Read(Piece(0, headerLength));
        yield return headerLength;
        _literals.Reset();
        _sequences.Reset();
        long size = 0;
        for (bool isLast = false; !isLast;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            packed.ReadExactly(Piece(0, BlockHeaderLength));
            int header = Piece(0, 1)[0] | BinaryPrimitives.ReadUInt16LittleEndian(Piece(1, 2)) << 8, type = (header >> 1) & 3, given = header >> 3, length = type == Rle ? 1 : given;
            isLast = (header & 1) != 0;
            if (given > frame.MostOfBlock)
            {
                throw new InvalidDataException("A block is longer than it may be.");
            }

            packed.ReadExactly(Piece(BlockHeaderLength, length));
            size += type switch
            {
                Raw or Rle => given,
                Compressed => Unpacked(length, size, frame),
                _ => throw new InvalidDataException("A block uses what is reserved."),
            };
            yield return BlockHeaderLength + length;
        }

        if (frame.Size is { } said && said != size)
        {
            throw new InvalidDataException("A frame unpacks to another length than it says.");
        }

        if (frame.HasSum)
        {
            packed.ReadExactly(Piece(0, SumLength));
            yield return SumLength;
        }
    }

    private int Unpacked(int length, long before, FrameHeader frame)
    {
        int start = BlockReader.Margin + BlockHeaderLength;
        BlockReader block = new(_buffer, start, start + length);
        int literals = _literals.Check(ref block);
        return _sequences.Check(block, literals, before, frame.Window, frame.MostOfBlock);
    }

    private Span<byte> Piece(int start, int length) => _buffer.AsSpan(BlockReader.Margin + start, length);
}
