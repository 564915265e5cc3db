using System.Buffers.Binary;
using System.Numerics;

namespace ModelSigning.Core.Tests.Hashing;

/// <summary>BLAKE3 as its specification defines it (sections 2.1 to 2.6), recursively and slowly, sharing no code with the engine.</summary>
internal static class TextbookBlake3
{
    private static readonly uint[] IV = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
    private static readonly int[] Permutation = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];

    public static byte[] Digest(ReadOnlySpan<byte> input)
    {
        byte[] digest = new byte[32];
        uint[] root = Tree(input, 0, rootFlag: 8);
        for (int i = 0; i < 8; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(digest.AsSpan(4 * i), root[i]);
        }

        return digest;
    }

    private static uint[] Tree(ReadOnlySpan<byte> input, ulong firstChunk, uint rootFlag)
    {
        if (input.Length <= 1024)
        {
            return Chunk(input, firstChunk, rootFlag);
        }

        int left = 1024 * (int)BitOperations.RoundUpToPowerOf2((uint)((input.Length + 1023) / 1024)) / 2;
        uint[] block = [.. Tree(input[..left], firstChunk, 0), .. Tree(input[left..], firstChunk + (ulong)(left / 1024), 0)];
        return Compress(IV, block, 0, 64, 4 | rootFlag);
    }

    private static uint[] Chunk(ReadOnlySpan<byte> input, ulong index, uint rootFlag)
    {
        uint[] value = IV;
        int blocks = Math.Max(1, (input.Length + 63) / 64);
        for (int i = 0; i < blocks; i++)
        {
            ReadOnlySpan<byte> bytes = input[(64 * i)..Math.Min(input.Length, 64 * (i + 1))];
            byte[] padded = new byte[64];
            bytes.CopyTo(padded);
            uint[] block = [.. Enumerable.Range(0, 16).Select(w => BinaryPrimitives.ReadUInt32LittleEndian(padded.AsSpan(4 * w)))];
            value = Compress(value, block, index, (uint)bytes.Length, (i == 0 ? 1u : 0) | (i == blocks - 1 ? 2 | rootFlag : 0));
        }

        return value;
    }

    private static uint[] Compress(uint[] value, uint[] m, ulong counter, uint length, uint flags)
    {
        uint[] v = [.. value, .. IV[..4], (uint)counter, (uint)(counter >> 32), length, flags];
        for (int round = 0; round < 7; round++)
        {
            for (int i = 0; i < 4; i++)
            {
                G(v, i, 4 + i, 8 + i, 12 + i, m[2 * i], m[(2 * i) + 1]);
            }

            for (int i = 0; i < 4; i++)
            {
                G(v, i, 4 + ((i + 1) % 4), 8 + ((i + 2) % 4), 12 + ((i + 3) % 4), m[8 + (2 * i)], m[9 + (2 * i)]);
            }

            m = [.. Permutation.Select(p => m[p])];
        }

        return [.. Enumerable.Range(0, 8).Select(i => v[i] ^ v[i + 8])];
    }

    private static void G(uint[] v, int a, int b, int c, int d, uint x, uint y)
    {
        v[a] = v[a] + v[b] + x;
        v[d] = BitOperations.RotateRight(v[d] ^ v[a], 16);
        v[c] += v[d];
        v[b] = BitOperations.RotateRight(v[b] ^ v[c], 12);
        v[a] = v[a] + v[b] + y;
        v[d] = BitOperations.RotateRight(v[d] ^ v[a], 8);
        v[c] += v[d];
        v[b] = BitOperations.RotateRight(v[b] ^ v[c], 7);
    }
}
