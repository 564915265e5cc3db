namespace ModelSigning.Gpu.Devices;

/// <summary>
/// Runs what uses a device on a thread of its own. CUDA has one current context a thread, and ILGPU leaves its own there: on the caller's thread
/// another library would then work in ours, and ILGPU, which asks only once a thread, in whatever that library had made current.
/// </summary>
internal static class DeviceThread
{
    [ThreadStatic]
    private static bool IsCurrent;

    /// <summary>Runs work and waits for it. On a device thread already, the work runs there.</summary>
    /// <returns>What the work answered; what it throws is thrown.</returns>
    public static T Run<T>(Func<T> work) => IsCurrent
        ? work()
        : Task.Factory.StartNew(
            () =>
            {
                // The thread is of this call alone and ends with it.
                IsCurrent = true;
                return work();
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).GetAwaiter().GetResult();
}
