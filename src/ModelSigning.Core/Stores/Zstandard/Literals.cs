namespace ModelSigning.Core.Stores.Zstandard;

/// <summary>The literals of a block (RFC 8878, section 3.1.1.3.1).</summary>
internal sealed class Literals
{
    private const int Raw = 0, Rle = 1, Treeless = 3, FewestOfFourStreams = 6;

    private readonly HuffmanTree _tree = new();
    private readonly byte[] _buffer = new byte[FrameHeader.LongestBlock + UnpackedWindow.Spare];

    /// <summary>Begins a frame.</summary>
    public void Reset() => _tree.Reset();

    /// <summary>Reads the section.</summary>
    /// <param name="block">What begins with the section, which is taken.</param>
    /// <param name="most">How many literals there may be.</param>
    /// <returns>The literals, and <see cref="UnpackedWindow.Spare"/> bytes that may be read behind them.</returns>
    public ReadOnlySpan<byte> Read(ref BlockReader block, int most)
    {
        int type = block.Peek() & 3, format = (block.Peek() >> 2) & 3;
        if (type is Raw or Rle)
        {
            int size = Bounded(format switch { 1 => (int)block.Number(2) >> 4, 3 => (int)block.Number(3) >> 4, _ => (int)block.Number(1) >> 3 }, most);
            if (type == Raw)
            {
                return block.Bytes(size);
            }

            _buffer.AsSpan(0, size).Fill((byte)block.Number(1));
            return _buffer.AsSpan(0, size + UnpackedWindow.Spare);
        }

        int bits = format switch { 2 => 14, 3 => 18, _ => 10 };
        long header = block.Number(3) | (format > 1 ? block.Number(format - 1) << 24 : 0);
        int count = Bounded((int)(header >> 4) & ((1 << bits) - 1), most);
        ReadStreams(block.Part((int)(header >> (4 + bits))), type == Treeless, format > 0, _buffer.AsSpan(0, count));
        return _buffer.AsSpan(0, count + UnpackedWindow.Spare);
    }

    private void ReadStreams(BlockReader section, bool isTreeless, bool areFour, Span<byte> literals)
    {
        if (!isTreeless)
        {
            _tree.Read(ref section);
        }

        if (!_tree.IsRead || literals.Length < (areFour ? FewestOfFourStreams : 1))
        {
            throw new InvalidDataException("Literals have no tree, or too few are in streams.");
        }

        if (!areFour)
        {
            _tree.Read(section.Bits(), literals);
            return;
        }

        int a = (int)section.Number(2), b = (int)section.Number(2), c = (int)section.Number(2);
        _tree.Read(section.Part(a).Bits(), section.Part(b).Bits(), section.Part(c).Bits(), section.Bits(), literals, (literals.Length + 3) / 4);
    }

    private static int Bounded(int count, int most) => count <= most ? count : throw new InvalidDataException("A block has more literals than it may have.");
}
