using System.Diagnostics;
using ILGPU.Runtime;
using ModelSigning.Core.Hashing;
using ModelSigning.Gpu.Devices;

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

/// <summary>
/// One job on one device: some windows are filled while the device copies and hashes two others. What it takes is bounded by the windows,
/// whatever the model's size.
/// </summary>
internal sealed class HashPipeline : IDisposable
{
    // One is hashed while the next is copied.
    private const int WindowsOnDevice = 2;

    private readonly GpuDevice _device;
    private readonly HashJob _job;
    private readonly CancellationToken _token;
    private readonly List<Window> _windows = [];
    private readonly IPieceSource _source;
    private IWindowPlan? _plan;

    private HashPipeline(GpuDevice device, HashJob job, IPieceSource source, CancellationToken token)
    {
        _device = device;
        _job = job;
        _token = token;
        _source = source;
    }

    /// <summary>Hashes the items of a job that have no outcome yet.</summary>
    /// <param name="device">The device.</param>
    /// <param name="job">The items, and where their digests go.</param>
    /// <param name="source">Makes the source of the items' bytes once the device is free.</param>
    /// <param name="options">How much memory the way takes.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>How long it took once the buffers were there.</returns>
    public static TimeSpan Run(GpuDevice device, HashJob job, Func<IPieceSource> source, PipelineOptions options, CancellationToken token)
    {
        int[] items = [.. Enumerable.Range(0, job.Items.Count).Where(job.IsPending)];
        if (items.Length == 0)
        {
            return TimeSpan.Zero;
        }

        return DeviceThread.Run(() =>
        {
            lock (device.Gate)
            {
                token.ThrowIfCancellationRequested();
                device.Prove(job.Algorithm, KnownAnswers.Prove);
                using HashPipeline pipeline = new(device, job, source(), token);
                PipelineOptions bounded = options.Bounded(items.Sum(item => job.Items[item].Length), items.Length);
                device.Guard(() => pipeline.Allocate(items, bounded));
                Stopwatch clock = Stopwatch.StartNew();
                pipeline.Run();
                return clock.Elapsed;
            }
        });
    }

    public void Dispose()
    {
        if (!_source.TryStop())
        {
            return;
        }

        try
        {
            foreach (Window window in _windows)
            {
                window.Stream.Synchronize();
            }

            _plan?.Dispose();
            _windows.ForEach(window => window.Dispose());
        }
        catch (AcceleratorException)
        {
            // A device that was lost cannot be given its memory back; what led here has been reported already.
        }
    }

    private void Allocate(int[] items, PipelineOptions options)
    {
        _device.Accelerator.Bind();
        for (int window = 0; window < options.Windows; window++)
        {
            _windows.Add(new Window(_device, options, _source));
        }

        _plan = _job.Algorithm.Describe().IsTree
            ? new TreePlan(_device, _job, items, options, _windows)
            : new StreamPlan(_device, _job, items, options, _windows);
    }

    private void Run()
    {
        Queue<Window> free = new(_windows);
        Queue<Window> reading = new();
        Queue<Window> onDevice = new();
        Window? newest = null;
        while (true)
        {
            Fill(free, reading);
            if (reading.Count > 0 && onDevice.Count < WindowsOnDevice)
            {
                Window window = reading.Dequeue();
                Wait(window);
                Window? before = onDevice.Count > 0 ? newest : null;
                _device.Guard(() => Launch(window, before));
                onDevice.Enqueue(window);
                newest = window;
            }
            else if (onDevice.TryDequeue(out Window? window))
            {
                _device.Guard(() => Complete(window));
                window.Clear();
                free.Enqueue(window);
            }
            else
            {
                break;
            }

            _token.ThrowIfCancellationRequested();
        }
    }

    private void Fill(Queue<Window> free, Queue<Window> reading)
    {
        while (free.TryPeek(out Window? window) && _plan!.Fill(window))
        {
            reading.Enqueue(free.Dequeue());
            _source.Start(window);
        }
    }

    private void Wait(Window window)
    {
        try
        {
            window.WaitUntilRead(_source.Stopped);
        }
        catch (OperationCanceledException)
        {
            _token.ThrowIfCancellationRequested();
            _source.ThrowIfFaulted();
            throw;
        }
    }

    private void Launch(Window window, Window? before)
    {
        _source.EnqueueCopy(window);
        _plan!.Launch(window, before);
    }

    private void Complete(Window window)
    {
        window.Stream.Synchronize();
        _plan!.Complete(window);
        _job.Progress.Add(window.Pieces.Sum(piece => (long)piece.Length));
    }
}
