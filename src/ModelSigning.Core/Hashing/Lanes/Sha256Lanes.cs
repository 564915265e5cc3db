using System.Buffers.Binary;
using System.Runtime.Intrinsics.X86;

namespace ModelSigning.Core.Hashing.Lanes;

/// <summary>SHA-256 (FIPS 180-4, section 6.2) in lanes: blocks of 64 bytes, eight 32-bit words of state.</summary>
internal abstract unsafe class Sha256Lanes(int count, int groupLength) : StreamLanes(count, groupLength, blockLength: 64)
{
    private const int LengthField = sizeof(ulong);

    /// <summary>The blocks' words; word <c>w</c> of lane <c>l</c> of a group of <c>n</c> at <c>w * n + l</c>.</summary>
    protected uint* Message => (uint*)Memory;

    /// <summary>The states' words, in the same order.</summary>
    protected uint* State => Message + (16 * Count);

    /// <inheritdoc/>
    public override void Begin(int lane)
    {
        // FIPS 180-4, section 5.3.3.
        ReadOnlySpan<uint> initial = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
        for (int word = 0; word < initial.Length; word++)
        {
            State[StateIndex(lane, word)] = initial[word];
        }
    }

    /// <inheritdoc/>
    public override int TailLength(long length) => (int)(length % BlockLength);

    /// <inheritdoc/>
    public override int Close(int lane, byte* tail, long length)
    {
        // FIPS 180-4, section 5.1.1: a one, zeros, the length in bits.
        int rest = TailLength(length);
        int blocks = rest < BlockLength - LengthField ? 1 : 2;
        Span<byte> padding = new Span<byte>(tail, blocks * BlockLength)[rest..];
        padding.Clear();
        padding[0] = 0x80;
        BinaryPrimitives.WriteUInt64BigEndian(padding[^LengthField..], (ulong)length * 8);
        return blocks;
    }

    /// <inheritdoc/>
    public override void Digest(int lane, Span<byte> digest)
    {
        for (int word = 0; word < 8; word++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(digest[(4 * word)..], State[StateIndex(lane, word)]);
        }
    }

    /// <inheritdoc/>
    public override void Move(int from, int to)
    {
        for (int word = 0; word < 8; word++)
        {
            State[StateIndex(to, word)] = State[StateIndex(from, word)];
        }
    }
}

/// <summary>The SHA extensions of x86, with which the system's library hashes one stream as fast as eight lanes of AVX2.</summary>
internal static class Sha256Instructions
{
    // Intel SDM, volume 2A, CPUID: leaf 7, subleaf 0, EBX, bit 29. .NET has no name for it.
    private const int Leaf = 7, Bit = 29;

    /// <summary>Whether this processor has them.</summary>
    public static bool AreSupported { get; } =
        X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= Leaf && ((X86Base.CpuId(Leaf, 0).Ebx >> Bit) & 1) != 0;
}
