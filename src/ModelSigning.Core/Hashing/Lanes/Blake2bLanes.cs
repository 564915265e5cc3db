using System.Buffers.Binary;
using ModelSigning.Core.Hashing.Streams;

namespace ModelSigning.Core.Hashing.Lanes;

/// <summary>BLAKE2b-512, unkeyed (RFC 7693), in lanes: blocks of 128 bytes, eight 64-bit words of state, and a count of bytes a lane.</summary>
internal abstract unsafe class Blake2bLanes(int count, int groupLength) : StreamLanes(count, groupLength, blockLength: 128)
{
    /// <summary>The blocks' words; word <c>w</c> of lane <c>l</c> of a group of <c>n</c> at <c>w * n + l</c>.</summary>
    protected ulong* Message => (ulong*)Memory;

    /// <summary>The states' words, in the same order.</summary>
    protected ulong* State => Message + (16 * Count);

    /// <summary>How many bytes each lane's stream has had.</summary>
    protected ulong* Counts => State + (8 * Count);

    /// <summary>How many bytes each lane's next block has: all but the last of a stream have 128.</summary>
    protected ulong* Increments => Counts + Count;

    /// <summary>All bits set for the lanes whose next block is their stream's last.</summary>
    protected ulong* Lasts => Increments + Count;

    /// <inheritdoc/>
    public override void Begin(int lane)
    {
        for (int word = 0; word < 8; word++)
        {
            State[StateIndex(lane, word)] = Blake2bConstants.InitialState[word];
        }

        Counts[lane] = 0;
        Increments[lane] = (ulong)BlockLength;
        Lasts[lane] = 0;
    }

    /// <inheritdoc/>
    public override int TailLength(long length) => length == 0 ? 0 : (int)((length - 1) % BlockLength) + 1;

    /// <inheritdoc/>
    public override int Close(int lane, byte* tail, long length)
    {
        int rest = TailLength(length);
        new Span<byte>(tail, BlockLength)[rest..].Clear();
        Increments[lane] = (ulong)rest;
        Lasts[lane] = ulong.MaxValue;
        return 1;
    }

    /// <inheritdoc/>
    public override void Digest(int lane, Span<byte> digest)
    {
        for (int word = 0; word < 8; word++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(digest[(8 * word)..], State[StateIndex(lane, word)]);
        }
    }

    /// <inheritdoc/>
    public override void Move(int from, int to)
    {
        for (int word = 0; word < 8; word++)
        {
            State[StateIndex(to, word)] = State[StateIndex(from, word)];
        }

        Counts[to] = Counts[from];
        Increments[to] = Increments[from];
        Lasts[to] = Lasts[from];
    }
}
