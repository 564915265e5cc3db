namespace ModelSigning.Gpu.Pipeline;

/// <summary>Which pieces of a job go into which window, and what becomes of them on the device.</summary>
internal interface IWindowPlan : IDisposable
{
    /// <summary>Fills an empty window with the next pieces.</summary>
    /// <returns>False when no piece is left.</returns>
    bool Fill(Window window);

    /// <summary>Hashes a window that has been read: everything is put into the window's stream.</summary>
    /// <param name="window">The window.</param>
    /// <param name="before">The window before it, if that is still hashed.</param>
    void Launch(Window window, Window? before);

    /// <summary>Takes over the digests of a window whose stream has come to rest.</summary>
    void Complete(Window window);
}
