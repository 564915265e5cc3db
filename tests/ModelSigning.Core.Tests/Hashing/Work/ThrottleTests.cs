using ModelSigning.Core.Hashing.Work;

namespace ModelSigning.Core.Tests.Hashing.Work;

/// <summary>Crews that share seats: how many threads work, and that the seats come back.</summary>
public sealed class ThrottleTests
{
    private const int Crews = 12, Items = 40;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task No_more_threads_work_at_once_than_there_are_seats_however_many_crews_there_are(int seats)
    {
        Throttle throttle = new(seats);
        int now = 0, most = 0, done = 0;
        Thread[] callers = [.. Enumerable.Range(0, Crews).Select(_ => new Thread(() =>
        {
            int left = Items;
            throttle.Enter(CancellationToken.None);
            Crew.Run(8, token =>
            {
                for (; Interlocked.Decrement(ref left) >= 0; Interlocked.Increment(ref done))
                {
                    int together = Interlocked.Increment(ref now);
                    for (int seen = most; together > seen && Interlocked.CompareExchange(ref most, together, seen) != seen; seen = most)
                    {
                    }

                    Thread.Yield();
                    Interlocked.Decrement(ref now);
                }
            }, null, throttle, CancellationToken.None);
            throttle.Leave();
        }))];
        Array.ForEach(callers, caller => caller.Start());
        Array.ForEach(callers, caller => caller.Join());
        Assert.Equal(Crews * Items, done);
        Assert.InRange(most, 1, seats);
        Assert.Equal(seats, await Free(throttle));
    }

    [Fact]
    public async Task A_seat_that_comes_back_is_that_of_a_further_thread()
    {
        Throttle throttle = new(2);
        throttle.Enter(CancellationToken.None);
        throttle.Enter(CancellationToken.None);
        using Barrier both = new(2);
        using ManualResetEventSlim first = new();
        Task run = Task.Run(
            () => Crew.Run(2, token =>
            {
                first.Set();
                both.SignalAndWait(token);
            }, null, throttle, CancellationToken.None),
            TestContext.Current.CancellationToken);
        first.Wait(TestContext.Current.CancellationToken);
        Assert.False(run.IsCompleted);
        throttle.Leave();
        await run.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, await Free(throttle));
    }

    [Fact]
    public async Task Nothing_waits_for_a_seat_any_more_when_a_thread_has_found_nothing_left()
    {
        Throttle throttle = new(1);
        throttle.Enter(CancellationToken.None);
        int threads = 0;
        Crew.Run(8, _ => Interlocked.Increment(ref threads), null, throttle, CancellationToken.None);
        Assert.Equal(1, threads);
        throttle.Leave();
        Assert.Equal(1, await Free(throttle));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Seats_come_back_from_a_crew_that_is_cancelled(int seats)
    {
        Throttle throttle = new(seats);
        throttle.Enter(CancellationToken.None);
        using CancellationTokenSource caller = new();
        // One more may take a seat that is free again before it sees that all is over.
        int started = 0;
        Assert.Throws<OperationCanceledException>(() => Crew.Run(8, token =>
        {
            if (Interlocked.Increment(ref started) == seats)
            {
                caller.Cancel();
            }

            token.WaitHandle.WaitOne();
            token.ThrowIfCancellationRequested();
        }, null, throttle, caller.Token));
        throttle.Leave();
        Assert.Equal(seats, await Taken(throttle, seats));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Seats_come_back_from_a_crew_with_a_fault_which_is_thrown_as_it_was(int seats)
    {
        Throttle throttle = new(seats);
        throttle.Enter(CancellationToken.None);
        // One more may take a seat that is free again before it sees that all is over.
        int started = 0;
        Assert.Equal("last", Assert.Throws<InvalidDataException>(() => Crew.Run(8, token =>
        {
            if (Interlocked.Increment(ref started) == seats)
            {
                throw new InvalidDataException("last");
            }

            token.WaitHandle.WaitOne();
            token.ThrowIfCancellationRequested();
        }, null, throttle, CancellationToken.None)).Message);
        throttle.Leave();
        Assert.Equal(seats, await Free(throttle));
    }

    [Fact]
    public async Task Whoever_waits_for_something_else_gives_its_seat_to_others_meanwhile()
    {
        Throttle throttle = new(1);
        throttle.Enter(CancellationToken.None);
        throttle.Step(() =>
        {
            throttle.Enter(CancellationToken.None);
            throttle.Leave();
        });
        Assert.Throws<InvalidDataException>(() => throttle.Step(() => throw new InvalidDataException()));
        Assert.Equal(0, await Free(throttle));
        throttle.Leave();
        Assert.Equal(1, await Free(throttle));
    }

    // Takes them all.
    private static async Task<int> Free(Throttle throttle)
    {
        int free = 0;
        using CancellationTokenSource none = new();
        Task next;
        while ((next = throttle.EnterAsync(none.Token)).IsCompletedSuccessfully)
        {
            free++;
        }

        await none.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        return free;
    }

    // Threads that were cancelled may still be on their way out: waits for each seat.
    private static async Task<int> Taken(Throttle throttle, int seats)
    {
        for (int seat = 0; seat < seats; seat++)
        {
            throttle.Enter(TestContext.Current.CancellationToken);
        }

        return seats + await Free(throttle);
    }
}
