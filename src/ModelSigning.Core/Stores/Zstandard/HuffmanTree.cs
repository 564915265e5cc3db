using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelSigning.Core.Stores.Zstandard;

/// <summary>The codes of literals (RFC 8878, section 4.2).</summary>
internal sealed class HuffmanTree
{
    /// <summary>The bits of the longest code.</summary>
    public const int LongestCode = 11;

    // Of fewer literals than this the pairs are not worth their making.
    private const int MostWeights = 255, Looks = BackwardBits.Ahead / LongestCode, Direct = 128, FewestForPairs = 1024;

    private readonly FseTable _weightTable = new(FseCode.Weights);

    // For all bits that can come next: the literal, and the bits that it takes.
    private readonly byte[] _symbols = new byte[1 << LongestCode], _lengths = new byte[1 << LongestCode];

    // As many whole codes as fit, up to two. From the lowest byte: the bits that they take, the literals, and how many these are.
    private readonly uint[] _pairs = new uint[1 << LongestCode];
    private bool _isPaired;

    /// <summary>Whether there is a tree.</summary>
    public bool IsRead { get; private set; }

    /// <summary>Forgets the tree.</summary>
    public void Reset() => IsRead = false;

    /// <summary>Makes the tree as it is described.</summary>
    /// <param name="block">What begins with the description, which is taken.</param>
    public void Read(ref BlockReader block)
    {
        Span<byte> weights = stackalloc byte[MostWeights + 1];
        int length = (int)block.Number(1), count = length - Direct + 1;
        if (length >= Direct)
        {
            BlockReader direct = block.Part((count + 1) / 2);
            for (int number = 0; number < count; number++)
            {
                weights[number] = (byte)direct.BitsAt(4 * (number ^ 1), 4);
            }
        }
        else
        {
            count = ReadWeights(block.Part(length), weights);
        }

        Span<int> counts = stackalloc int[16];
        int total = 0;
        foreach (byte weight in weights[..count])
        {
            counts[weight]++;
            total += (1 << weight) >> 1;
        }

        // The last one is what makes the total a power of two.
        int longest = BitOperations.Log2((uint)total) + 1, rest = (1 << longest) - total;
        if (total == 0 || longest > LongestCode || !BitOperations.IsPow2(rest))
        {
            throw Invalid();
        }

        weights[count] = (byte)(BitOperations.Log2((uint)rest) + 1);
        counts[weights[count]]++;
        if (counts[1] < 2)
        {
            throw Invalid();
        }

        Fill(weights[..(count + 1)], counts, longest);
    }

    /// <summary>Reads a stream.</summary>
    /// <param name="bits">The stream.</param>
    /// <param name="literals">Where its literals go, and nothing else may be in it.</param>
    public void Read(BackwardBits bits, Span<byte> literals)
    {
        int at = 0;
        for (; at < literals.Length && bits.Left >= 0; at++)
        {
            uint code = BackwardBits.Top(bits.Next, LongestCode);
            literals[at] = _symbols[code];
            bits.Skip(_lengths[code]);
        }

        if (bits.Left != 0 || at < literals.Length)
        {
            throw new InvalidDataException("A stream of literals does not end with its last literal.");
        }
    }

    /// <summary>Reads four streams side by side, because the processor does.</summary>
    /// <param name="a">The first stream.</param>
    /// <param name="b">The second one.</param>
    /// <param name="c">The third one.</param>
    /// <param name="d">The last one.</param>
    /// <param name="literals">Where their literals go, one stream's behind the other's.</param>
    /// <param name="each">How many each must hold; the last one holds the rest.</param>
    // Optimised at once: a layer of a GiB takes a second and a half, and was a tenth of it in slow code first.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Read(BackwardBits a, BackwardBits b, BackwardBits c, BackwardBits d, Span<byte> literals, int each)
    {
        int atA = 0, atB = each, atC = 2 * each, atD = 3 * each;
        if (literals.Length >= FewestForPairs)
        {
            ref uint pairs = ref MemoryMarshal.GetArrayDataReference(Pairs());
            ref byte start = ref MemoryMarshal.GetReference(literals);

            // A look has two literals at most: as long as so many are left of each stream, none is written behind its end.
            int lastA = each - (2 * Looks), lastD = literals.Length - (2 * Looks);
            while (Math.Min(Math.Min(a.Left, b.Left), Math.Min(c.Left, d.Left)) >= BackwardBits.Ahead && Math.Max(Math.Max(atA, atB - each), atC - (2 * each)) <= lastA && atD <= lastD)
            {
                ulong nextA = a.Next, nextB = b.Next, nextC = c.Next, nextD = d.Next;
                uint sumA = 0, sumB = 0, sumC = 0, sumD = 0;

                // Written out, as often as there are looks in what is ahead: the compiler does not unroll loops.
                sumA += Look(ref pairs, ref nextA, ref start, ref atA);
                sumB += Look(ref pairs, ref nextB, ref start, ref atB);
                sumC += Look(ref pairs, ref nextC, ref start, ref atC);
                sumD += Look(ref pairs, ref nextD, ref start, ref atD);

                sumA += Look(ref pairs, ref nextA, ref start, ref atA);
                sumB += Look(ref pairs, ref nextB, ref start, ref atB);
                sumC += Look(ref pairs, ref nextC, ref start, ref atC);
                sumD += Look(ref pairs, ref nextD, ref start, ref atD);

                sumA += Look(ref pairs, ref nextA, ref start, ref atA);
                sumB += Look(ref pairs, ref nextB, ref start, ref atB);
                sumC += Look(ref pairs, ref nextC, ref start, ref atC);
                sumD += Look(ref pairs, ref nextD, ref start, ref atD);

                sumA += Look(ref pairs, ref nextA, ref start, ref atA);
                sumB += Look(ref pairs, ref nextB, ref start, ref atB);
                sumC += Look(ref pairs, ref nextC, ref start, ref atC);
                sumD += Look(ref pairs, ref nextD, ref start, ref atD);

                sumA += Look(ref pairs, ref nextA, ref start, ref atA);
                sumB += Look(ref pairs, ref nextB, ref start, ref atB);
                sumC += Look(ref pairs, ref nextC, ref start, ref atC);
                sumD += Look(ref pairs, ref nextD, ref start, ref atD);

                a.Skip((byte)sumA);
                b.Skip((byte)sumB);
                c.Skip((byte)sumC);
                d.Skip((byte)sumD);
            }
        }

        Read(a, literals[atA..each]);
        Read(b, literals[atB..(2 * each)]);
        Read(c, literals[atC..(3 * each)]);
        Read(d, literals[atD..]);
    }

    // There is a pair for every LongestCode bits: no bounds to check. The lowest bytes are summed up, and nothing that is above them reaches down.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Look(ref uint pairs, ref ulong next, ref byte literals, ref int at)
    {
        uint pair = Unsafe.Add(ref pairs, (nint)(next >> (64 - LongestCode)));
        next <<= (int)pair;
        ushort both = (ushort)(pair >> 8);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref literals, at), BitConverter.IsLittleEndian ? both : BinaryPrimitives.ReverseEndianness(both));
        at += (int)(pair >> 24);
        return pair;
    }

    // The longest codes come first, and of equal ones that of the lower literal.
    private void Fill(ReadOnlySpan<byte> weights, ReadOnlySpan<int> counts, int longest)
    {
        Span<int> starts = stackalloc int[LongestCode + 1];
        for (int weight = 1, at = 0; weight <= longest; weight++)
        {
            starts[weight] = at;
            int cells = counts[weight] << (weight - 1 + LongestCode - longest);
            _lengths.AsSpan(at, cells).Fill((byte)(longest + 1 - weight));
            at += cells;
        }

        for (int symbol = 0; symbol < weights.Length; symbol++)
        {
            if (weights[symbol] > 0)
            {
                int cells = 1 << (weights[symbol] - 1 + LongestCode - longest);
                _symbols.AsSpan(starts[weights[symbol]], cells).Fill((byte)symbol);
                starts[weights[symbol]] += cells;
            }
        }

        (IsRead, _isPaired) = (true, false);
    }

    private uint[] Pairs()
    {
        for (int bits = 0; !_isPaired && bits < _pairs.Length; bits++)
        {
            int first = _lengths[bits], behind = (bits << first) & (_lengths.Length - 1), both = first + _lengths[behind];
            _pairs[bits] = (uint)(both <= LongestCode ? both | (_symbols[bits] << 8) | (_symbols[behind] << 16) | (2 << 24) : first | (_symbols[bits] << 8) | (1 << 24));
        }

        _isPaired = true;
        return _pairs;
    }

    // Two states take turns. The last of both are reached when no bit is left: one then has no next state, and the other is read too.
    private int ReadWeights(BlockReader block, Span<byte> weights)
    {
        _weightTable.Read(ref block);
        BackwardBits bits = block.Bits();
        ReadOnlySpan<FseState> states = _weightTable.States;
        FseState now = states[(int)bits.Take(_weightTable.Log)], other = states[(int)bits.Take(_weightTable.Log)];
        for (int count = 0; bits.Left >= 0 && count < MostWeights - 1; count++)
        {
            weights[count] = (byte)now.Value;
            if (now.NextBits > bits.Left)
            {
                // Some bits but not enough: readers differ in whether that is the end.
                weights[count + 1] = (byte)other.Value;
                return bits.Left == 0 ? count + 2 : throw Invalid();
            }

            (now, other) = (other, states[now.Next + (int)bits.Take(now.NextBits)]);
        }

        throw Invalid();
    }

    private static InvalidDataException Invalid() => new("A Huffman tree is not valid.");
}
