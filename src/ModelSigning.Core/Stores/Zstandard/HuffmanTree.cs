using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelSigning.Core.Stores.Zstandard;

/// <summary>How long the codes of literals are (RFC 8878, section 4.2), which is enough to see where their streams end.</summary>
internal sealed class HuffmanTree
{
    /// <summary>The bits of the longest code.</summary>
    public const int LongestCode = 11;

    private const int MostWeights = 255, Looks = BackwardBits.Ahead / LongestCode, Direct = 128;

    private readonly FseTable _weightTable = new(FseCode.Weights);
    private readonly byte[] _lengths = new byte[1 << LongestCode];

    // Of as many whole codes as fit, up to two: their bits, and 256 for each. They are summed up.
    private readonly ushort[] _pairs = new ushort[1 << LongestCode];
    private bool _isPaired;

    /// <summary>Whether there is a tree.</summary>
    public bool IsRead { get; private set; }

    /// <summary>Forgets the tree.</summary>
    public void Reset() => IsRead = false;

    /// <summary>Makes the tree as it is described.</summary>
    /// <param name="block">What begins with the description, which is taken.</param>
    public void Read(ref BlockReader block)
    {
        Span<byte> weights = stackalloc byte[MostWeights];
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

        counts[BitOperations.Log2((uint)rest) + 1]++;
        if (counts[1] < 2)
        {
            throw Invalid();
        }

        int at = 0;
        for (int weight = 1; weight <= longest; weight++)
        {
            int cells = counts[weight] << (weight - 1 + LongestCode - longest);
            _lengths.AsSpan(at, cells).Fill((byte)(longest + 1 - weight));
            at += cells;
        }

        (IsRead, _isPaired) = (true, false);
    }

    /// <summary>Reads a stream.</summary>
    /// <param name="bits">The stream.</param>
    /// <param name="symbols">How many literals it must hold, and nothing else.</param>
    public void Check(BackwardBits bits, int symbols)
    {
        ref ushort pairs = ref MemoryMarshal.GetArrayDataReference(Pairs());
        while (bits.Left >= BackwardBits.Ahead && symbols >= 2 * Looks)
        {
            ulong next = bits.Next;
            uint sum = 0;
            for (int look = 0; look < Looks; look++)
            {
                sum += Look(ref pairs, ref next);
            }

            bits.Skip((byte)sum);
            symbols -= (int)(sum >> 8);
        }

        for (; symbols > 0 && bits.Left >= 0; symbols--)
        {
            bits.Skip(_lengths[BackwardBits.Top(bits.Next, LongestCode)]);
        }

        if (bits.Left != 0)
        {
            throw new InvalidDataException("A stream of literals does not end with its last literal.");
        }
    }

    /// <summary>Reads four streams side by side, because the processor does.</summary>
    /// <param name="a">The first stream.</param>
    /// <param name="b">The second one.</param>
    /// <param name="c">The third one.</param>
    /// <param name="d">The last one.</param>
    /// <param name="symbols">How many literals each must hold.</param>
    /// <param name="last">How many the last one must.</param>
    public void Check(BackwardBits a, BackwardBits b, BackwardBits c, BackwardBits d, int symbols, int last)
    {
        ref ushort pairs = ref MemoryMarshal.GetArrayDataReference(Pairs());
        int ofA = symbols, ofB = symbols, ofC = symbols, ofD = last;
        while (Math.Min(Math.Min(a.Left, b.Left), Math.Min(c.Left, d.Left)) >= BackwardBits.Ahead && Math.Min(Math.Min(ofA, ofB), Math.Min(ofC, ofD)) >= 2 * Looks)
        {
            ulong nextA = a.Next, nextB = b.Next, nextC = c.Next, nextD = d.Next;
            uint sumA = 0, sumB = 0, sumC = 0, sumD = 0;

            // Written out, as often as there are looks in what is ahead: the compiler does not unroll loops.
            sumA += Look(ref pairs, ref nextA);
            sumB += Look(ref pairs, ref nextB);
            sumC += Look(ref pairs, ref nextC);
            sumD += Look(ref pairs, ref nextD);

            sumA += Look(ref pairs, ref nextA);
            sumB += Look(ref pairs, ref nextB);
            sumC += Look(ref pairs, ref nextC);
            sumD += Look(ref pairs, ref nextD);

            sumA += Look(ref pairs, ref nextA);
            sumB += Look(ref pairs, ref nextB);
            sumC += Look(ref pairs, ref nextC);
            sumD += Look(ref pairs, ref nextD);

            sumA += Look(ref pairs, ref nextA);
            sumB += Look(ref pairs, ref nextB);
            sumC += Look(ref pairs, ref nextC);
            sumD += Look(ref pairs, ref nextD);

            sumA += Look(ref pairs, ref nextA);
            sumB += Look(ref pairs, ref nextB);
            sumC += Look(ref pairs, ref nextC);
            sumD += Look(ref pairs, ref nextD);

            a.Skip((byte)sumA);
            b.Skip((byte)sumB);
            c.Skip((byte)sumC);
            d.Skip((byte)sumD);
            ofA -= (int)(sumA >> 8);
            ofB -= (int)(sumB >> 8);
            ofC -= (int)(sumC >> 8);
            ofD -= (int)(sumD >> 8);
        }

        Check(a, ofA);
        Check(b, ofB);
        Check(c, ofC);
        Check(d, ofD);
    }

    // There is a pair for every LongestCode bits: no bounds to check.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Look(ref ushort pairs, ref ulong next)
    {
        uint pair = Unsafe.Add(ref pairs, (nint)(next >> (64 - LongestCode)));
        next <<= (int)pair;
        return pair;
    }

    private ushort[] Pairs()
    {
        for (int bits = 0; !_isPaired && bits < _pairs.Length; bits++)
        {
            int first = _lengths[bits], both = first + _lengths[(bits << first) & (_lengths.Length - 1)];
            _pairs[bits] = (ushort)(both <= LongestCode ? both + 512 : first + 256);
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
