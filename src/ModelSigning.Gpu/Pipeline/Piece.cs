using ILGPU.Runtime;
using ModelSigning.Core.Hashing;
using ModelSigning.Gpu.Kernels;

namespace ModelSigning.Gpu.Pipeline;

/// <summary>A part of an item, in a window or in a buffer of the device.</summary>
/// <param name="Item">The item's index in the job.</param>
/// <param name="Offset">Where the part starts in the item, in bytes.</param>
/// <param name="Length">How many bytes it has.</param>
/// <param name="IsLast">Whether the item ends with it.</param>
/// <param name="Buffer">The buffer that it is hashed in, or null: the window.</param>
/// <param name="Start">Where it starts in the buffer or the window, in units of 16 bytes.</param>
/// <param name="Slot">SHA-256 and BLAKE2b: the slot of the stream's state between windows.</param>
internal readonly record struct Piece(int Item, long Offset, int Length, bool IsLast, MemoryBuffer? Buffer, long Start, int Slot)
{
    /// <summary>Every piece in a window starts at a multiple of BLAKE2b's block of 128 bytes, the longest.</summary>
    public const int Alignment = 128;

    // What follows the bytes of any algorithm; also the byte that tells whether a file has grown.
    private static readonly int LongestOfShortestPaddings = DigestDescription.All.Max(algorithm => algorithm.ShortestPadding);

    /// <summary>Whether it is the whole of its item.</summary>
    public bool IsWhole => IsLast && Offset == 0;

    /// <summary>Where it starts in the window, in bytes.</summary>
    public int Place => checked((int)(Start * Quad.Size));

    /// <summary>The bytes that the piece takes in a window.</summary>
    public int Room => RoomOf(Length, IsLast);

    /// <summary>The bytes that a piece takes in a window. Only what ends an item is followed by anything.</summary>
    public static int RoomOf(int length, bool isLast) => (length + (isLast ? LongestOfShortestPaddings : 0) + Alignment - 1) & -Alignment;

    /// <summary>The bytes to hash: for the last piece of a stream that is padded with its length, with its padding.</summary>
    public int HashedLength(DigestAlgorithm algorithm) => algorithm.Describe() is { ShortestPadding: > 0 and int padding, BlockLength: int block } && IsLast
        ? (Length + padding + block - 1) & -block
        : Length;

    /// <summary>The piece as a kernel is told of it.</summary>
    public Segment ToSegment(DigestAlgorithm algorithm) => new()
    {
        Start = Start,
        Length = HashedLength(algorithm),
        Before = Offset,
        IsLast = IsLast ? 1 : 0,
        Target = Slot,
    };
}
