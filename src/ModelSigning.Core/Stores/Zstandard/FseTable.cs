using System.Numerics;

namespace ModelSigning.Core.Stores.Zstandard;

/// <summary>The states by which symbols of a code are read (RFC 8878, section 4.1).</summary>
/// <param name="code">The code.</param>
internal sealed class FseTable(FseCode code)
{
    // Of a symbol so rare that all bits of a state follow it.
    private const short Rare = -1;

    private readonly FseState[] _states = new FseState[1 << code.MostLog];

    /// <summary>The bits of a state.</summary>
    public int Log { get; private set; }

    /// <summary>The states.</summary>
    public ReadOnlySpan<FseState> States => _states.AsSpan(0, 1 << Log);

    /// <summary>Makes a table of one symbol, which takes no bits.</summary>
    /// <param name="symbol">The symbol.</param>
    public void Fill(int symbol)
    {
        if (symbol >= code.Count)
        {
            throw new InvalidDataException("A sequence has a symbol that there is not.");
        }

        (Log, _states[0]) = (0, code.State(symbol, 0, 0));
    }

    /// <summary>Makes a table as it is described.</summary>
    /// <param name="block">What begins with the description, which is taken.</param>
    public void Read(ref BlockReader block)
    {
        int log = block.BitsAt(0, 4) + 5, left = 1 << log, at = 4, symbol = 0;
        if (log > code.MostLog)
        {
            throw Invalid();
        }

        Span<short> shares = stackalloc short[code.Count];
        while (left > 0)
        {
            if (symbol == code.Count)
            {
                throw Invalid();
            }

            // Values up to one more than what is left; the small ones take one bit less.
            int bits = BitOperations.Log2((uint)left + 1) + 1, read = block.BitsAt(at, bits), half = 1 << (bits - 1), small = (2 * half) - 2 - left, low = read & (half - 1);
            bool isSmall = low < small;
            int share = (isSmall ? low : read < half ? read : read - small) - 1;
            at += isSmall ? bits - 1 : bits;
            left -= Math.Abs(share);
            shares[symbol++] = (short)share;
            for (int zeros = share == 0 ? 3 : 0; zeros == 3;)
            {
                zeros = block.BitsAt(at, 2);
                at += 2;
                symbol += zeros;
                if (symbol > code.Count)
                {
                    throw Invalid();
                }
            }
        }

        // With one symbol alone nothing would be read: that is another kind of table.
        if (left < 0 || shares.Contains((short)(1 << log)))
        {
            throw Invalid();
        }

        _ = block.Part((at + 7) / 8);
        Fill(log, shares[..symbol]);
    }

    /// <summary>Makes a table by how often its symbols are.</summary>
    /// <param name="log">The bits of a state.</param>
    /// <param name="shares">How many of the states each symbol has.</param>
    public void Fill(int log, ReadOnlySpan<short> shares)
    {
        Log = log;
        int size = 1 << log, end = size, at = 0;
        Span<byte> symbols = stackalloc byte[size];
        Span<short> next = stackalloc short[shares.Length];
        for (int symbol = 0; symbol < shares.Length; symbol++)
        {
            next[symbol] = Math.Abs(shares[symbol]);
            if (shares[symbol] == Rare)
            {
                symbols[--end] = (byte)symbol;
            }
        }

        for (int symbol = 0; symbol < shares.Length; symbol++)
        {
            for (int count = 0; count < shares[symbol]; count++)
            {
                symbols[at] = (byte)symbol;
                do
                {
                    at = (at + (size >> 1) + (size >> 3) + 3) & (size - 1);
                }
                while (at >= end);
            }
        }

        for (int state = 0; state < size; state++)
        {
            int place = next[symbols[state]]++, bits = log - BitOperations.Log2((uint)place);
            _states[state] = code.State(symbols[state], (place << bits) - size, bits);
        }
    }

    private static InvalidDataException Invalid() => new("The description of a table is not valid.");
}
