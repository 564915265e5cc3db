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
