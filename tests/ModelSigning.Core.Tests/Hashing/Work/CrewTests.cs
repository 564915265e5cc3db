using ModelSigning.Core.Hashing.Work;

namespace ModelSigning.Core.Tests.Hashing.Work;

public sealed class CrewTests
{
    [Fact]
    public void Threads_that_have_ended_leave_nothing_with_the_token_of_the_caller()
    {
        using CancellationTokenSource caller = new();
        CancellationToken own = default;
        Crew.Run(2, token => own = token, null, null, caller.Token);
        Assert.Throws<ObjectDisposedException>(() => own.WaitHandle);
    }

    [Fact]
    public void The_fault_of_one_thread_stops_the_others_and_is_thrown_as_it_was()
    {
        int number = 0;
        InvalidDataException fault = Assert.Throws<InvalidDataException>(() => Crew.Run(2, token =>
        {
            if (Interlocked.Increment(ref number) == 1)
            {
                throw new InvalidDataException("first");
            }

            token.WaitHandle.WaitOne();
            token.ThrowIfCancellationRequested();
        }, null, null, CancellationToken.None));
        Assert.Equal("first", fault.Message);
    }

    [Fact]
    public void A_thread_that_hangs_in_the_system_is_left_behind_when_the_caller_cancels()
    {
        using CancellationTokenSource caller = new();
        using ManualResetEventSlim hung = new();
        using ManualResetEventSlim over = new();
        Assert.Throws<OperationCanceledException>(() => Crew.Run(1, token =>
        {
            caller.Cancel();
            hung.Wait(CancellationToken.None);
            _ = token.WaitHandle;
            over.Set();
        }, null, null, caller.Token));
        hung.Set();
        over.Wait(TestContext.Current.CancellationToken);
    }
}
