namespace ModelSigning.Core.Stores.Zstandard;

/// <summary>A code whose symbols stand for numbers: each for as many as the bits that follow it tell apart, from where the symbol before it ends (RFC 8878, section 3.1.1.3.2.1.1).</summary>
internal sealed class FseCode
{
    /// <summary>How many literals come before a match.</summary>
    public static readonly FseCode LiteralLengths = new(
        0,
        9,
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
        6,
        [4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1]);

    /// <summary>How long a match is.</summary>
    public static readonly FseCode MatchLengths = new(
        3,
        9,
        [
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
        ],
        6,
        [
            1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
            1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
        ]);

    /// <summary>How far back a match lies, or which of the last distances it has again.</summary>
    public static readonly FseCode Offsets = new(
        1,
        8,
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31],
        5,
        [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1]);

    /// <summary>The weights of a Huffman tree, which are what they are.</summary>
    public static readonly FseCode Weights = new(0, 6, new byte[HuffmanTree.LongestCode + 1], 0, []);

    private readonly uint[] _first;
    private readonly byte[] _bits;

    private FseCode(uint first, int mostLog, byte[] bits, int log, short[] shares)
    {
        (MostLog, _bits, _first) = (mostLog, bits, new uint[bits.Length]);
        for (int symbol = 0; symbol < bits.Length; symbol++)
        {
            _first[symbol] = first;
            first += 1u << bits[symbol];
        }

        Predefined = new(this);
        if (shares.Length > 0)
        {
            Predefined.Fill(log, shares);
        }
    }

    /// <summary>How many symbols there are.</summary>
    public int Count => _bits.Length;

    /// <summary>The most bits that a state of a table may have.</summary>
    public int MostLog { get; }

    /// <summary>The table that need not be described.</summary>
    public FseTable Predefined { get; }

    /// <summary>A state of a table.</summary>
    /// <param name="symbol">Its symbol.</param>
    /// <param name="next">What is added to the bits that make up the next state.</param>
    /// <param name="nextBits">How many those are.</param>
    public FseState State(int symbol, int next, int nextBits) => new((ushort)next, (byte)nextBits, _bits[symbol], _first[symbol]);
}
