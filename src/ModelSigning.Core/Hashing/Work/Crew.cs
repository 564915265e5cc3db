using System.Runtime.ExceptionServices;

namespace ModelSigning.Core.Hashing.Work;

/// <summary>Threads that do the same work together, and stop together.</summary>
internal static class Crew
{
    // After a cancellation: long enough for a thread between two buffers, short enough for a person's Ctrl+C.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private const int WaitMilliseconds = 100;

    /// <summary>Runs <paramref name="work"/> on each of some threads and waits for all of them.</summary>
    /// <param name="threads">How many.</param>
    /// <param name="work">What each does; it owns what it uses, because a thread that hangs in the system is left behind.</param>
    /// <param name="waiting">Called about every 100 ms by the thread that waits; what it throws ends the work. Null for nothing.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Run(int threads, Action<CancellationToken> work, Action? waiting, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Crewed crewed = new(work, cancellationToken);
        Task[] done = new Task[threads];
        for (int number = 0; number < threads; number++)
        {
            done[number] = crewed.Start(number);
        }

        Task all = Task.WhenAll(done);
        try
        {
            while (!all.Wait(waiting is null ? Timeout.Infinite : WaitMilliseconds, cancellationToken))
            {
                Call(waiting!, crewed, all);
            }
        }
        catch (AggregateException)
        {
            // Below, as what it was where it was thrown.
        }
        catch (OperationCanceledException)
        {
            // A read from a dead network drive cannot be interrupted; nobody waits for it.
            _ = ((IAsyncResult)all).AsyncWaitHandle.WaitOne(Patience);
        }

        if (all.IsCompleted)
        {
            crewed.Dispose();
        }

        crewed.Fault?.Throw();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static void Call(Action waiting, Crewed crewed, Task all)
    {
        try
        {
            waiting();
        }
        catch
        {
            crewed.Stop();
            if (((IAsyncResult)all).AsyncWaitHandle.WaitOne(Patience))
            {
                crewed.Dispose();
            }

            throw;
        }
    }

    // Disposed when its threads have ended, since the caller's token would keep it for as long as that lives; a thread that was left behind may
    // still look at its own.
    private sealed class Crewed(Action<CancellationToken> work, CancellationToken cancellationToken) : IDisposable
    {
        private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        private ExceptionDispatchInfo? _fault;

        public ExceptionDispatchInfo? Fault => _fault;

        public void Dispose() => _stop.Dispose();

        public void Stop() => _stop.Cancel();

        public Task Start(int number)
        {
            TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Thread thread = new(() => Work(done)) { IsBackground = true, Name = $"hash {number}" };
            thread.Start();
            return done.Task;
        }

        private void Work(TaskCompletionSource done)
        {
            try
            {
                work(_stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // The caller that cancelled is already informed.
            }
            catch (Exception fault)
            {
                Interlocked.CompareExchange(ref _fault, ExceptionDispatchInfo.Capture(fault), null);
                _stop.Cancel();
            }
            finally
            {
                done.SetResult();
            }
        }
    }
}
