using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace ModelSigning.Core.Hashing.Trees;

/// <summary>The compression function of BLAKE3 (specification, section 2.2), truncated to a chaining value, for one block.</summary>
internal static class Blake3Compression
{
    /// <summary>Compresses one block into a chaining value.</summary>
    /// <param name="value">The chaining value, replaced.</param>
    /// <param name="block">The block, filled up with zeros.</param>
    /// <param name="counter">The chunk's index in the tree; 0 for parents.</param>
    /// <param name="length">The bytes of the block that count.</param>
    /// <param name="flags">The domain flags.</param>
    public static void Compress(Span<uint> value, ReadOnlySpan<uint> block, ulong counter, uint length, uint flags)
    {
        Span<uint> m = stackalloc uint[16];
        Span<uint> permuted = stackalloc uint[16];
        Span<uint> v = stackalloc uint[16];
        block.CopyTo(m);
        value.CopyTo(v);
        Blake3Constants.InitializationVector[..4].CopyTo(v[8..]);
        v[12] = (uint)counter;
        v[13] = (uint)(counter >> 32);
        v[14] = length;
        v[15] = flags;
        for (int round = 0; round < 7; round++)
        {
            Mix(v, 0, 4, 8, 12, m[0], m[1]);
            Mix(v, 1, 5, 9, 13, m[2], m[3]);
            Mix(v, 2, 6, 10, 14, m[4], m[5]);
            Mix(v, 3, 7, 11, 15, m[6], m[7]);
            Mix(v, 0, 5, 10, 15, m[8], m[9]);
            Mix(v, 1, 6, 11, 12, m[10], m[11]);
            Mix(v, 2, 7, 8, 13, m[12], m[13]);
            Mix(v, 3, 4, 9, 14, m[14], m[15]);
            for (int word = 0; word < 16; word++)
            {
                permuted[word] = m[Permutation[word]];
            }

            permuted.CopyTo(m);
        }

        for (int word = 0; word < 8; word++)
        {
            value[word] = v[word] ^ v[word + 8];
        }
    }

    /// <summary>Hashes one chunk of 0 to 1024 bytes.</summary>
    /// <param name="bytes">The chunk.</param>
    /// <param name="counter">Its index in the tree.</param>
    /// <param name="rootFlag"><see cref="Blake3Constants.Root"/> if it is the whole tree, else 0.</param>
    /// <param name="value">Where its chaining value goes.</param>
    public static void HashChunk(ReadOnlySpan<byte> bytes, ulong counter, uint rootFlag, Span<uint> value)
    {
        Blake3Constants.InitializationVector.CopyTo(value);
        Span<uint> block = stackalloc uint[16];
        uint flags = Blake3Constants.ChunkStart;
        while (true)
        {
            int taken = Math.Min(bytes.Length, Blake3Constants.BlockLength);
            block.Clear();
            bytes[..taken].CopyTo(MemoryMarshal.AsBytes(block));
            if (!BitConverter.IsLittleEndian)
            {
                BinaryPrimitives.ReverseEndianness(block, block);
            }

            bytes = bytes[taken..];
            if (bytes.IsEmpty)
            {
                Compress(value, block, counter, (uint)taken, flags | Blake3Constants.ChunkEnd | rootFlag);
                return;
            }

            Compress(value, block, counter, (uint)taken, flags);
            flags = 0;
        }
    }

    /// <summary>Makes a parent of two chaining values.</summary>
    /// <param name="left">The left child, replaced by the parent.</param>
    /// <param name="right">The right child.</param>
    /// <param name="rootFlag"><see cref="Blake3Constants.Root"/> if the parent is the root, else 0.</param>
    public static void HashParent(Span<uint> left, ReadOnlySpan<uint> right, uint rootFlag)
    {
        Span<uint> block = stackalloc uint[16];
        left.CopyTo(block);
        right.CopyTo(block[8..]);
        Blake3Constants.InitializationVector.CopyTo(left);
        Compress(left, block, 0, Blake3Constants.BlockLength, Blake3Constants.Parent | rootFlag);
    }

    private static ReadOnlySpan<byte> Permutation => [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];

    private static void Mix(Span<uint> v, int a, int b, int c, int d, uint x, uint y)
    {
        v[a] += v[b] + x;
        v[d] = BitOperations.RotateRight(v[d] ^ v[a], 16);
        v[c] += v[d];
        v[b] = BitOperations.RotateRight(v[b] ^ v[c], 12);
        v[a] += v[b] + y;
        v[d] = BitOperations.RotateRight(v[d] ^ v[a], 8);
        v[c] += v[d];
        v[b] = BitOperations.RotateRight(v[b] ^ v[c], 7);
    }
}
