using System.Security.Cryptography;

namespace ModelSigning.Sigstore.TransparencyLog;

/// <summary>The Merkle tree of a transparency log (RFC 6962, section 2.1; RFC 9162, section 2.1.3.2), over SHA-256.</summary>
internal static class MerkleTree
{
    private const int HashLength = 32;

    /// <summary>The hash of a leaf: SHA-256 over 0x00 and the entry.</summary>
    internal static byte[] LeafHash(ReadOnlySpan<byte> entry)
    {
        byte[] leaf = new byte[1 + entry.Length];
        entry.CopyTo(leaf.AsSpan(1));
        return SHA256.HashData(leaf);
    }

    /// <summary>The hash of a node: SHA-256 over 0x01 and its two children.</summary>
    internal static byte[] NodeHash(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> node = stackalloc byte[1 + (2 * HashLength)];
        node[0] = 1;
        left.CopyTo(node[1..]);
        right.CopyTo(node[(1 + HashLength)..]);
        return SHA256.HashData(node);
    }

    /// <summary>Computes a tree's root from a leaf and its audit path.</summary>
    /// <param name="index">The leaf's index.</param>
    /// <param name="size">The number of leaves.</param>
    /// <param name="leafHash">The leaf's hash.</param>
    /// <param name="path">The audit path, from the leaf upward.</param>
    /// <returns>The root's hash; null when the path does not fit index and size, or a hash has not 32 bytes.</returns>
    internal static byte[]? RootFromPath(ulong index, ulong size, ReadOnlySpan<byte> leafHash, IReadOnlyList<ReadOnlyMemory<byte>> path)
    {
        if (index >= size)
        {
            return null;
        }

        ulong node = index, last = size - 1;
        byte[] hash = leafHash.ToArray();
        foreach (ReadOnlyMemory<byte> sibling in path)
        {
            if (last == 0 || sibling.Length != HashLength)
            {
                return null;
            }

            if ((node & 1) == 1 || node == last)
            {
                hash = NodeHash(sibling.Span, hash);
                while ((node & 1) == 0 && node != 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                hash = NodeHash(hash, sibling.Span);
            }

            node >>= 1;
            last >>= 1;
        }

        return last == 0 ? hash : null;
    }
}
