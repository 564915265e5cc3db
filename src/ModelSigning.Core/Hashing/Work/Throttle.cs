namespace ModelSigning.Core.Hashing.Work;

/// <summary>
/// How many threads may work at once, over several models and over the files of each: a thread works while it has a seat. Whoever has a seat never waits for a
/// second one, so that the seats always come back. A thread that begins a model is given one before a further thread of a model that is under way.
/// </summary>
/// <param name="seats">How many; at least 1.</param>
#pragma warning disable CA1001 // Never disposed: a thread that was left behind in the system gives its seat back when it returns. There is nothing to free, because nobody asks for a wait handle.
internal sealed class Throttle(int seats)
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _free = new(seats, seats);

    /// <summary>Waits for a seat.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled; the caller did not get a seat.</exception>
    public void Enter(CancellationToken cancellationToken) => _free.Wait(cancellationToken);

    /// <summary>Waits for a seat without keeping a thread, for one that is started when there is a seat.</summary>
    /// <inheritdoc cref="Enter"/>
    public Task EnterAsync(CancellationToken cancellationToken) => _free.WaitAsync(cancellationToken);

    /// <summary>Gives a seat back.</summary>
    public void Leave() => _free.Release();

    /// <summary>Waits for something that another thread with a seat is busy with. The seat is given back meanwhile, and taken again afterwards.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled; the caller has its seat all the same.</exception>
    public void Step(Action outside)
    {
        Leave();
        try
        {
            outside();
        }
        finally
        {
            // Without a token, so that whoever leaves it once more has it: the seats come back even then, from threads that were cancelled as well.
            Enter(CancellationToken.None);
        }
    }
}
