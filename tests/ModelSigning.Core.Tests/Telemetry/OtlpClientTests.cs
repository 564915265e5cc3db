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
        long written = 0;
        TaskCompletionSource ended = new();
        await using LoopbackServer collector = await LoopbackServer.StartAsync(async context =>
        {
            await LoopbackServer.ReadBodyAsync(context);
            try
            {
                for (byte[] block = new byte[1024 * 1024]; written < 100; written++)
                {
                    await context.Response.Body.WriteAsync(block, context.RequestAborted);
                }
            }
            catch (Exception error) when (error is OperationCanceledException or IOException)
            {
                // The client has read enough.
                return;
            }
            finally
            {
                ended.SetResult();
            }
        });
        using OtlpClient client = new(new OtlpSettings(collector.Address, [], TimeSpan.FromMinutes(1), []));
        client.Send([]);
        await ended.Task;
        Assert.InRange(written, 0, 50);
    }

    private sealed class Clock : TimeProvider
    {
        internal long Ticks { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Ticks;
    }
}
