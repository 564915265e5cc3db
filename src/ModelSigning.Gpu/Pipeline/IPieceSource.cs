using ILGPU.Runtime;

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
