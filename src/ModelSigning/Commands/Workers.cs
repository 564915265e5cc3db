using System.Collections.Concurrent;
using ModelSigning.Core.Hashing.Work;

namespace ModelSigning;

/// <summary>
/// Threads that do the works of turns. They are the command's own and not of the pool's, because work may hang in the system and is left behind then.
/// </summary>
internal sealed class Workers : IDisposable
{
    private readonly BlockingCollection<Turn> _turns = [];
    private readonly ManualResetEventSlim _progressed = new();
    private readonly Throttle _throttle;
    private readonly CancellationToken _stop;
    private int _unfinished;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">How many.</param>
    /// <param name="throttle">Its seats are those of the threads and of whatever they start.</param>
    /// <param name="stop">Ends them, each after the work that it has.</param>
    internal Workers(int threads, Throttle throttle, CancellationToken stop)
    {
        (_throttle, _stop) = (throttle, stop);
        Ended = Task.WhenAll(Enumerable.Range(0, threads).Select(Start).ToArray());
    }

    /// <summary>Completed when all threads have ended.</summary>
    internal Task Ended { get; }

    /// <summary>How many works were added and are not done.</summary>
    internal int Unfinished => Volatile.Read(ref _unfinished);

    /// <summary>Adds a work, to be begun after those before it.</summary>
    internal void Add(Turn turn)
    {
        Interlocked.Increment(ref _unfinished);
        _turns.Add(turn);
    }

    /// <summary>Forgets the works that were done until now, for <see cref="WaitForOne"/>.</summary>
    internal void Look() => _progressed.Reset();

    /// <summary>Waits until a work is done since <see cref="Look"/>, or for some time.</summary>
    internal void WaitForOne(int milliseconds, CancellationToken cancellationToken) => _progressed.Wait(milliseconds, cancellationToken);

    /// <summary>Says that no further work is added: each thread ends when it finds none.</summary>
    internal void Complete() => _turns.CompleteAdding();

    /// <summary>Frees what the threads used; called when they have ended.</summary>
    public void Dispose()
    {
        _turns.Dispose();
        _progressed.Dispose();
    }

    private Task Start(int number)
    {
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Run(ended)) { IsBackground = true, Name = $"model {number}" }.Start();
        return ended.Task;
    }

    // A seat is kept from one work to the next, and given back only where none is at hand: further threads of a large model have it then.
    private void Run(TaskCompletionSource ended)
    {
        bool isSeated = false;
        try
        {
            while (Next(ref isSeated) is { } turn)
            {
                if (!isSeated)
                {
                    _throttle.Enter(_stop);
                    isSeated = true;
                }

                turn.Work();
                Interlocked.Decrement(ref _unfinished);
                _progressed.Set();
            }
        }
        catch (OperationCanceledException)
        {
            // Whoever waits for the works is informed.
        }
        finally
        {
            Stand(ref isSeated);
            ended.SetResult();
        }
    }

    private Turn? Next(ref bool isSeated)
    {
        _stop.ThrowIfCancellationRequested();
        if (_turns.TryTake(out Turn? turn))
        {
            return turn;
        }

        Stand(ref isSeated);
        return _turns.TryTake(out turn, Timeout.Infinite, _stop) ? turn : null;
    }

    private void Stand(ref bool isSeated)
    {
        if (isSeated)
        {
            isSeated = false;
            _throttle.Leave();
        }
    }
}
