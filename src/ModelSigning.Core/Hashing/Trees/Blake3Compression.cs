using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ModelSigning.Core.Hashing.Trees;

/// <summary>The constants of BLAKE3 (the BLAKE3 specification, section 2.1 and tables 1 to 3).</summary>
internal static class Blake3Constants
{
    /// <summary>The bytes of one chunk, a leaf of the tree.</summary>
    public const int ChunkLength = 1024;

    /// <summary>The bytes of one block, which one compression takes.</summary>
    public const int BlockLength = 64;

    /// <summary>The words of a chaining value.</summary>
    public const int Words = 8;

    public const uint ChunkStart = 1;
    public const uint ChunkEnd = 2;
    public const uint Parent = 4;
    public const uint Root = 8;

    /// <summary>The initialization vector, which is SHA-256's.</summary>
    public static ReadOnlySpan<uint> InitializationVector =>
    [
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    ];
}

/// <summary>Single chunks and single parents of a BLAKE3 tree (specification, sections 2.4 and 2.5).</summary>
internal static class Blake3Compression
{
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

    private static unsafe void Compress(Span<uint> value, ReadOnlySpan<uint> block, ulong counter, uint length, uint flags)
    {
        fixed (uint* m = block, h = value)
        {
            Blake3ScalarCompression.Compress(m, h, (uint)counter, (uint)(counter >> 32), length, flags);
        }
    }
}
