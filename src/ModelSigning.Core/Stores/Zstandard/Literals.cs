namespace ModelSigning.Core.Stores.Zstandard;

/// <summary>The literals of a block (RFC 8878, section 3.1.1.3.1).</summary>
internal sealed class Literals
{
    private const int Raw = 0, Rle = 1, Treeless = 3, FewestOfFourStreams = 6;

    private readonly HuffmanTree _tree = new();

    /// <summary>Begins a frame.</summary>
    public void Reset() => _tree.Reset();

    /// <summary>Reads the section.</summary>
    /// <param name="block">What begins with the section, which is taken.</param>
    /// <returns>How many literals there are.</returns>
    public int Check(ref BlockReader block)
    {
        int type = block.Peek() & 3, format = (block.Peek() >> 2) & 3;
        if (type is Raw or Rle)
        {
            int size = format switch { 1 => (int)block.Number(2) >> 4, 3 => (int)block.Number(3) >> 4, _ => (int)block.Number(1) >> 3 };
            _ = block.Part(type == Raw ? size : 1);
            return size;
        }

        int bits = format switch { 2 => 14, 3 => 18, _ => 10 };
        long header = block.Number(3) | (format > 1 ? block.Number(format - 1) << 24 : 0);
        int count = (int)(header >> 4) & ((1 << bits) - 1);
        CheckStreams(block.Part((int)(header >> (4 + bits))), type == Treeless, format > 0, count);
        return count;
    }

    private void CheckStreams(BlockReader section, bool isTreeless, bool areFour, int count)
    {
        if (!isTreeless)
        {
            _tree.Read(ref section);
        }

        if (!_tree.IsRead || count < (areFour ? FewestOfFourStreams : 1))
        {
            throw new InvalidDataException("Literals have no tree, or too few are in streams.");
        }

        if (!areFour)
        {
            _tree.Check(section.Bits(), count);
            return;
        }

        int a = (int)section.Number(2), b = (int)section.Number(2), c = (int)section.Number(2), each = (count + 3) / 4;
        _tree.Check(section.Part(a).Bits(), section.Part(b).Bits(), section.Part(c).Bits(), section.Bits(), each, count - (3 * each));
    }
}
