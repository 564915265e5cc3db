using ModelSigning.Core.Telemetry;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Telemetry;

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

    [Fact]
    public async Task An_answer_is_read_no_further_than_a_collector_has_reason_to_write()
    {
        TaskCompletionSource<bool> ended = new();
        await using LoopbackServer collector = await LoopbackServer.StartAsync(async context =>
        {
            await LoopbackServer.ReadBodyAsync(context);
            bool left = false;
            try
            {
                byte[] block = new byte[1024 * 1024];
                for (int written = 0; written < 50; written++)
                {
                    await context.Response.Body.WriteAsync(block, context.RequestAborted);
                }

                // What is written to a closed connection is dropped without a word; the client must be gone, long before its own timeout.
                await Task.Delay(TimeSpan.FromSeconds(30), context.RequestAborted);
            }
            catch (Exception error) when (error is OperationCanceledException or IOException)
            {
                left = true;
            }
            finally
            {
                ended.SetResult(left);
            }
        });
        using OtlpClient client = new(new OtlpSettings(collector.Address, [], TimeSpan.FromMinutes(1), []));
        client.Send([]);
        Assert.True(await ended.Task);
    }

    private sealed class Clock : TimeProvider
    {
        internal long Ticks { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Ticks;
    }
}
