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
    /// <param name="throttle">
    /// Has the seats of this and other crews, one of which the caller has: the first thread works on it, and each further one is started when a seat is free. None is started any more when
    /// one has returned, because nothing is left to do then. Null where this crew is the only one.
    /// </param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Run(int threads, Action<CancellationToken> work, Action? waiting, Throttle? throttle, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Crewed crewed = new(work, throttle, cancellationToken);
        Task all = throttle is null ? Task.WhenAll(Enumerable.Range(0, threads).Select(number => crewed.Start(number)).ToArray()) : crewed.Start(threads, throttle);
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
    private sealed class Crewed : IDisposable
    {
        private readonly Action<CancellationToken> _work;
        private readonly CancellationTokenSource _stop;
        private readonly CancellationTokenSource? _enough;
        private ExceptionDispatchInfo? _fault;

        public Crewed(Action<CancellationToken> work, Throttle? throttle, CancellationToken cancellationToken)
        {
            _work = work;
            _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            _enough = throttle is null ? null : CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        }

        public ExceptionDispatchInfo? Fault => _fault;

        public void Dispose()
        {
            _enough?.Dispose();
            _stop.Dispose();
        }

        public void Stop() => _stop.Cancel();

        public Task Start(int number, Action? ended = null)
        {
            TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Thread thread = new(() => Work(done, ended)) { IsBackground = true, Name = $"hash {number}" };
            thread.Start();
            return done.Task;
        }

        public Task Start(int threads, Throttle throttle) => Grow([Start(0, _enough!.Cancel)], threads, throttle);

        // Without a thread that waits: most crews of many models never have a second one.
        private async Task Grow(List<Task> done, int threads, Throttle throttle)
        {
            try
            {
                while (done.Count < threads)
                {
                    await throttle.EnterAsync(_enough!.Token).ConfigureAwait(false);
                    try
                    {
                        done.Add(Start(done.Count, () =>
                        {
                            throttle.Leave();
                            _enough.Cancel();
                        }));
                    }
                    catch (Exception fault)
                    {
                        // The system gives no further thread.
                        throttle.Leave();
                        Fail(fault);
                        break;
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // Those that work are enough.
            }

            await Task.WhenAll(done).ConfigureAwait(false);
        }

        private void Work(TaskCompletionSource done, Action? ended)
        {
            try
            {
                _work(_stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // The caller that cancelled is already informed.
            }
            catch (Exception fault)
            {
                Fail(fault);
            }
            finally
            {
                ended?.Invoke();
                done.SetResult();
            }
        }

        private void Fail(Exception fault)
        {
            Interlocked.CompareExchange(ref _fault, ExceptionDispatchInfo.Capture(fault), null);
            _stop.Cancel();
        }
    }
}
