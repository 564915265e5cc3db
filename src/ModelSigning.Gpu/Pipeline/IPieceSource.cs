using ILGPU.Runtime;
using ModelSigning.Gpu.Kernels;

namespace ModelSigning.Gpu.Pipeline;

/// <summary>Where the bytes of a job's items come from: files, or the device's own memory.</summary>
internal interface IPieceSource
{
    /// <summary>Ends when the caller cancels, and when the source fails in a way that does not belong to an item.</summary>
    CancellationToken Stopped { get; }

    /// <summary>Finds out whether a part of an item can be hashed where it lies.</summary>
    /// <param name="item">The item's index in the job.</param>
    /// <param name="offset">Where the part starts in the item, in bytes.</param>
    /// <param name="length">How long it is, in bytes.</param>
    /// <param name="start">Where it starts in the buffer, in units of 16 bytes.</param>
    /// <returns>The buffer of the device that it lies in, or null: it must be brought into the window.</returns>
    MemoryBuffer? Direct(int item, long offset, int length, out long start);

    /// <summary>Begins to fill a window.</summary>
    void Start(Window window);

    /// <summary>Brings the window's pieces to the device, in the window's stream, once they have been read.</summary>
    void EnqueueCopy(Window window);

    /// <summary>Throws what ended the source, if it has ended early.</summary>
    void ThrowIfFaulted();

    /// <summary>Ends the source.</summary>
    /// <returns>
    /// Whether it has ended. A read from a dead network drive cannot be interrupted, and nobody waits for it; the windows that it may still
    /// write to are left to it then.
    /// </returns>
    bool TryStop();
}

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

    /// <summary>Whether it is the whole of its item.</summary>
    public bool IsWhole => IsLast && Offset == 0;

    /// <summary>Where it starts in the window, in bytes.</summary>
    public int Place => checked((int)(Start * Quad.Size));

    /// <summary>The bytes that the piece takes in a window.</summary>
    public int Room => RoomOf(Length, IsLast);

    /// <summary>The bytes that a piece takes in a window. What ends an item is followed by the byte that tells whether its file has grown.</summary>
    public static int RoomOf(int length, bool isLast) => (length + (isLast ? 1 : 0) + Alignment - 1) & -Alignment;

    /// <summary>The piece as a kernel is told of it.</summary>
    public Segment ToSegment() => new()
    {
        Start = Start,
        Length = Length,
        Before = Offset,
        IsLast = IsLast ? 1 : 0,
        Target = Slot,
    };
}
