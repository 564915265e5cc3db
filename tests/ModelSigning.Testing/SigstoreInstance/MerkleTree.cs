using System.Security.Cryptography;

namespace ModelSigning.Testing.SigstoreInstance;

/// <summary>An append-only tree, computed from its definition (RFC 6962, section 2.1) and from nothing cleverer.</summary>
public sealed class MerkleTree
{
    private readonly List<byte[]> _leaves = [];

    public int Size => _leaves.Count;

    /// <summary>Appends an entry.</summary>
    /// <returns>Its index.</returns>
    public int Append(ReadOnlySpan<byte> entry)
    {
        _leaves.Add(SHA256.HashData([0, .. entry]));
        return _leaves.Count - 1;
    }

    /// <summary>MTH of all leaves.</summary>
    public byte[] Root() => Root(0, _leaves.Count);

    /// <summary>PATH(index, D[n]): from the leaf upward.</summary>
    public IReadOnlyList<byte[]> InclusionProof(int index) => Path(index, 0, _leaves.Count);

    private byte[] Root(int from, int to)
    {
        if (to - from == 1)
        {
            return _leaves[from];
        }

        int middle = from + Split(to - from);
        return SHA256.HashData([1, .. Root(from, middle), .. Root(middle, to)]);
    }

    private List<byte[]> Path(int index, int from, int to)
    {
        if (to - from == 1)
        {
            return [];
        }

        int middle = from + Split(to - from);
        return index < middle ? [.. Path(index, from, middle), Root(middle, to)] : [.. Path(index, middle, to), Root(from, middle)];
    }

    private static int Split(int count)
    {
        int power = 1;
        while (power * 2 < count)
        {
            power *= 2;
        }

        return power;
    }
}
