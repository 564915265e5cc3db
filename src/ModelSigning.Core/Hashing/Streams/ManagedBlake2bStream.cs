using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ModelSigning.Core.Hashing.Streams;

/// <summary>
/// BLAKE2b-512, unkeyed, of one stream (RFC 7693, sections 2 and 3), where the system has no library for it: blocks of 128 bytes, a digest of 64 bytes, twelve rounds of eight G
/// on sixteen 64-bit words.
/// </summary>
internal sealed class ManagedBlake2bStream : StreamHasher
{
    private const int BlockLength = 128;

    private readonly ulong[] _state = new ulong[8];
    private readonly byte[] _block = new byte[BlockLength];
    private int _filled;
    private ulong _length;

    public ManagedBlake2bStream() => Begin();

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
    private static unsafe void Compress(Span<ulong> state, ReadOnlySpan<byte> block, ulong count, bool last)
    {
        Span<ulong> words = stackalloc ulong[16];
        block.CopyTo(MemoryMarshal.AsBytes(words));
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(words, words);
        }

        fixed (ulong* m = words, h = state)
        {
            Blake2bScalarCompression.Compress(m, h, count, last ? ulong.MaxValue : 0);
        }
    }
}

/// <summary>The constants of BLAKE2b (RFC 7693, sections 2.5 and 2.6) that lie outside its rounds.</summary>
internal static class Blake2bConstants
{
    /// <summary>The state before the first block: SHA-512's, its first word with the parameters (depth 1, fan-out 1, no key, 64 bytes).</summary>
    public static ReadOnlySpan<ulong> InitialState =>
    [
        0x6a09e667f3bcc908 ^ 0x01010040, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
        0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
    ];
}
