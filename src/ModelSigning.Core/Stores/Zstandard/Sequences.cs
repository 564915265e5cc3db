using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelSigning.Core.Stores.Zstandard;

/// <summary>The sequences of a block (RFC 8878, sections 3.1.1.3.2 and 3.1.1.4): where it takes over what was unpacked before.</summary>
internal sealed class Sequences
{
    private const int Predefined = 0, Rle = 1, Described = 2;

    private readonly FseTable _ownLiterals = new(FseCode.LiteralLengths), _ownOffsets = new(FseCode.Offsets), _ownMatches = new(FseCode.MatchLengths);
    private FseTable? _literals, _offsets, _matches;
    private uint _last, _second, _third;

    /// <summary>Begins a frame.</summary>
    public void Reset()
    {
        (_literals, _offsets, _matches) = (null, null, null);
        (_last, _second, _third) = (1, 4, 8);
    }

    /// <summary>Reads the section, and unpacks the block.</summary>
    /// <param name="block">The section.</param>
    /// <param name="literals">The block's literals, and <see cref="UnpackedWindow.Spare"/> bytes behind them.</param>
    /// <param name="before">What the frame unpacked to before this block.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="window">Where what is unpacked goes.</param>
    /// <returns>How many bytes the block unpacks to.</returns>
    public int Unpack(BlockReader block, ReadOnlySpan<byte> literals, long before, FrameHeader frame, UnpackedWindow window)
    {
        int count = Count(ref block), size = literals.Length - UnpackedWindow.Spare;
        if (count == 0)
        {
            window.Add(literals[..size]);
            return block.Left == 0 ? size : throw new InvalidDataException("Something follows the literals of a block.");
        }

        int modes = (int)block.Number(1);
        if ((modes & 3) != 0)
        {
            throw new InvalidDataException("A block uses what is reserved.");
        }

        _literals = Table(ref block, modes >> 6, _literals, _ownLiterals, FseCode.LiteralLengths);
        _offsets = Table(ref block, (modes >> 4) & 3, _offsets, _ownOffsets, FseCode.Offsets);
        _matches = Table(ref block, (modes >> 2) & 3, _matches, _ownMatches, FseCode.MatchLengths);
        window.Require(frame.MostOfBlock);
        return Unpack(block.Bits(), count, literals, before, frame, window);
    }

    private static int Count(ref BlockReader block)
    {
        int first = (int)block.Number(1);
        if (first < 128)
        {
            return first;
        }

        int count = first == 255 ? (int)block.Number(2) + 0x7F00 : ((first - 128) << 8) + (int)block.Number(1);

        // Before version 1.5.5 libzstd reads on after a zero of two bytes.
        return count > 0 ? count : throw new InvalidDataException("A block says in two bytes that it has no sequences.");
    }

    private static FseTable Table(ref BlockReader block, int mode, FseTable? before, FseTable own, FseCode code)
    {
        switch (mode)
        {
            case Predefined:
                return code.Predefined;
            case Rle:
                own.Fill((int)block.Number(1));
                return own;
            case Described:
                own.Read(ref block);
                return own;
            default:
                return before ?? throw new InvalidDataException("A block uses the table of one before it, and there is none.");
        }
    }

    private int Unpack(BackwardBits bits, int count, ReadOnlySpan<byte> literals, long before, FrameHeader frame, UnpackedWindow window)
    {
        ref byte from = ref MemoryMarshal.GetReference(literals);
        ReadOnlySpan<FseState> literalStates = _literals!.States, offsetStates = _offsets!.States, matchStates = _matches!.States;
        uint literalState = bits.Take(_literals.Log), offsetState = bits.Take(_offsets.Log), matchState = bits.Take(_matches.Log);
        int left = literals.Length - UnpackedWindow.Spare, most = frame.MostOfBlock, taken = 0;
        long size = 0;
        while (bits.Left >= 0)
        {
            FseState literal = literalStates[(int)literalState], match = matchStates[(int)matchState], far = offsetStates[(int)offsetState];
            int nextBits = literal.NextBits + match.NextBits + far.NextBits;
            bool isLong = far.ValueBits + match.ValueBits + literal.ValueBits + nextBits > BackwardBits.Ahead;
            ulong next = bits.Next;
            uint value = far.Value + BackwardBits.Top(next, far.ValueBits);
            bits.Skip(far.ValueBits);
            next = isLong ? bits.Next : next << far.ValueBits;
            uint length = match.Value + BackwardBits.Top(next, match.ValueBits);
            next <<= match.ValueBits;
            uint skipped = literal.Value + BackwardBits.Top(next, literal.ValueBits);
            bits.Skip(match.ValueBits + literal.ValueBits);
            uint offset = Offset(value, skipped);
            size += skipped + length;
            if (skipped > left || size + left - skipped > most)
            {
                throw new InvalidDataException("A block does not have the literals that it takes, or is longer than it may be.");
            }

            if (offset == 0 || offset > frame.Window || offset > before + size - length)
            {
                throw new InvalidDataException("A block repeats what does not lie in its window.");
            }

            window.Add(ref Unsafe.Add(ref from, taken), (int)skipped);
            window.Repeat((int)offset, (int)length);
            taken += (int)skipped;
            left -= (int)skipped;

            if (--count == 0)
            {
                break;
            }

            next = isLong ? bits.Next : next << literal.ValueBits;
            literalState = literal.Next + BackwardBits.Top(next, literal.NextBits);
            next <<= literal.NextBits;
            matchState = match.Next + BackwardBits.Top(next, match.NextBits);
            next <<= match.NextBits;
            offsetState = far.Next + BackwardBits.Top(next, far.NextBits);
            bits.Skip(nextBits);
        }

        window.Add(ref Unsafe.Add(ref from, taken), left);
        return bits.Left == 0 ? (int)(size + left) : throw new InvalidDataException("The sequences of a block do not end with the last of them.");
    }

    // One of the last three distances, or another one; without literals the last one would have gone on, so that the numbers mean others.
    private uint Offset(uint value, uint skipped)
    {
        if (value > 3)
        {
            (_last, _second, _third) = (value - 3, _last, _second);
            return _last;
        }

        switch (value + (skipped == 0 ? 1 : 0))
        {
            case 1:
                break;
            case 2:
                (_last, _second) = (_second, _last);
                break;
            case 3:
                (_last, _second, _third) = (_third, _last, _second);
                break;
            default:
                (_last, _second, _third) = (_last - 1, _last, _second);
                break;
        }

        return _last;
    }
}
