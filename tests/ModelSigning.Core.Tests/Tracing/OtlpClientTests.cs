using ModelSigning.Core.Tracing;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Tracing;

public class OtlpClientTests
{
    [Fact]
    public async Task A_collector_that_does_not_answer_is_left_alone_for_a_while()
    {
        int asked = 0;
        await using LoopbackServer collector = await LoopbackServer.StartAsync(context =>
        {
            Interlocked.Increment(ref asked);
            context.Abort();
            return Task.CompletedTask;
        });
        Clock clock = new();
        using OtlpClient client = new(new OtlpSettings(collector.Address, [], TimeSpan.FromMinutes(1), []), clock);
        client.Send([]);
        client.Send([]);
        Assert.Equal(1, asked);
        clock.Ticks += OtlpClient.Silence.Ticks;
        client.Send([]);
        Assert.Equal(2, asked);
    }

    private sealed class Clock : TimeProvider
    {
        internal long Ticks { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Ticks;
    }
}
