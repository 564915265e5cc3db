using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace ModelSigning.Core.Hashing.Streams;

/// <summary>
/// BLAKE2b-512, unkeyed, of one stream (RFC 7693, sections 2 and 3): blocks of 128 bytes, a digest of 64 bytes, twelve rounds of eight G
/// on sixteen 64-bit words.
/// </summary>
internal sealed class Blake2bStream : StreamHasher
{
    private const int BlockLength = 128;

    private readonly ulong[] _state = new ulong[8];
    private readonly byte[] _block = new byte[BlockLength];
    private int _filled;
    private ulong _length;

    public Blake2bStream() => Begin();

    public override void Append(ReadOnlySpan<byte> bytes)
    {
        // The last block is compressed differently, so a full block waits until it is known that bytes follow.
        while (_filled + bytes.Length > BlockLength)
        {
            int taken = BlockLength - _filled;
            ReadOnlySpan<byte> block = bytes[..taken];
            if (_filled > 0)
            {
                block.CopyTo(_block.AsSpan(_filled));
                block = _block;
                _filled = 0;
            }

            _length += BlockLength;
            Compress(_state, block, _length, last: false);
            bytes = bytes[taken..];
        }

        bytes.CopyTo(_block.AsSpan(_filled));
        _filled += bytes.Length;
    }

    public override void Finish(Span<byte> digest)
    {
        _block.AsSpan(_filled).Clear();
        Compress(_state, _block, _length + (ulong)_filled, last: true);
        for (int word = 0; word < _state.Length; word++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(digest[(8 * word)..], _state[word]);
        }

        Begin();
    }

    private void Begin()
    {
        Blake2bConstants.InitialState.CopyTo(_state);
        _filled = 0;
        _length = 0;
    }

    // RFC 7693, section 3.2. The byte count's upper 64 bits stay 0: a file has less than 2^63 bytes.
    private static void Compress(Span<ulong> state, ReadOnlySpan<byte> block, ulong count, bool last)
    {
        Span<ulong> m = stackalloc ulong[16];
        block.CopyTo(MemoryMarshal.AsBytes(m));
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(m, m);
        }

        Span<ulong> v = stackalloc ulong[16];
        state.CopyTo(v);
        Blake2bConstants.InitializationVector.CopyTo(v[8..]);
        v[12] ^= count;
        v[14] ^= last ? ulong.MaxValue : 0;
        for (int round = 0; round < 12; round++)
        {
            ReadOnlySpan<byte> s = Blake2bConstants.MessageSchedule.Slice(16 * (round % 10), 16);
            Mix(v, 0, 4, 8, 12, m[s[0]], m[s[1]]);
            Mix(v, 1, 5, 9, 13, m[s[2]], m[s[3]]);
            Mix(v, 2, 6, 10, 14, m[s[4]], m[s[5]]);
            Mix(v, 3, 7, 11, 15, m[s[6]], m[s[7]]);
            Mix(v, 0, 5, 10, 15, m[s[8]], m[s[9]]);
            Mix(v, 1, 6, 11, 12, m[s[10]], m[s[11]]);
            Mix(v, 2, 7, 8, 13, m[s[12]], m[s[13]]);
            Mix(v, 3, 4, 9, 14, m[s[14]], m[s[15]]);
        }

        for (int word = 0; word < 8; word++)
        {
            state[word] ^= v[word] ^ v[word + 8];
        }
    }

    // RFC 7693, section 3.1.
    private static void Mix(Span<ulong> v, int a, int b, int c, int d, ulong x, ulong y)
    {
        v[a] += v[b] + x;
        v[d] = BitOperations.RotateRight(v[d] ^ v[a], 32);
        v[c] += v[d];
        v[b] = BitOperations.RotateRight(v[b] ^ v[c], 24);
        v[a] += v[b] + y;
        v[d] = BitOperations.RotateRight(v[d] ^ v[a], 16);
        v[c] += v[d];
        v[b] = BitOperations.RotateRight(v[b] ^ v[c], 63);
    }
}
