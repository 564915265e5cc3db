using System.Buffers.Binary;
using System.Numerics;

namespace ModelSigning.Core.Stores.Zstandard;

/// <summary>
/// A bitstream, which is read from its last bit to its first (RFC 8878, sections 4.1 and 4.2.2). Who takes more bits than there are sees it by <see cref="Left"/>;
/// what was taken then is of no use.
/// </summary>
internal ref struct BackwardBits
{
    /// <summary>How many bits of <see cref="Next"/> count.</summary>
    public const int Ahead = 56;

    private readonly ReadOnlySpan<byte> _buffer;
    private readonly int _first;
    private int _at;

    /// <summary>Finds the last bit.</summary>
    /// <param name="buffer">What it lies in.</param>
    /// <param name="start">Where it begins, at least <see cref="BlockReader.Margin"/>.</param>
    /// <param name="end">Where it ends.</param>
    public BackwardBits(ReadOnlySpan<byte> buffer, int start, int end)
    {
        // The highest bit that is set in the last byte only marks the end.
        int last = start < end ? buffer[end - 1] : 0;
        if (last == 0)
        {
            throw new InvalidDataException("A bitstream has no end.");
        }

        _buffer = buffer;
        (_first, _at) = (8 * start, (8 * (end - 1)) + BitOperations.Log2((uint)last));
    }

    /// <summary>How many bits were not taken; less than none if more were taken than there are.</summary>
    public readonly int Left => _at - _first;

    /// <summary>The bits that come next, the first of them the highest.</summary>
    public readonly ulong Next => BinaryPrimitives.ReadUInt64LittleEndian(_buffer[((_at >> 3) - 7)..]) << (8 - (_at & 7));

    /// <summary>Takes bits off.</summary>
    /// <param name="count">How many.</param>
    public void Skip(int count) => _at -= count;

    /// <summary>The highest bits of a number.</summary>
    /// <param name="bits">The number.</param>
    /// <param name="count">How many, none too.</param>
    public static uint Top(ulong bits, int count) => (uint)(bits >> 1 >> (63 - count));

    /// <summary>Takes a number.</summary>
    /// <param name="count">Its bits.</param>
    public uint Take(int count)
    {
        uint taken = Top(Next, count);
        _at -= count;
        return taken;
    }
}
