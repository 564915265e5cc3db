using ModelSigning.Core.Http;
using ModelSigning.Testing;

namespace ModelSigning.Telemetry.Tests;

public class PatientHandlerTests
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
        using HttpClient client = HttpConnections.Client(TimeSpan.FromMinutes(1), allowsPlainHttp: true, inner => new PatientHandler(inner, clock));
        foreach (int expected in (int[])[1, 1])
        {
            using HttpRequestMessage request = new(HttpMethod.Post, collector.Address);
            Assert.Throws<HttpRequestException>(() => client.Send(request));
            Assert.Equal(expected, asked);
        }

        clock.Ticks += PatientHandler.Silence.Ticks;
        using HttpRequestMessage later = new(HttpMethod.Post, collector.Address);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(later, TestContext.Current.CancellationToken));
        Assert.Equal(2, asked);
    }

    private sealed class Clock : TimeProvider
    {
        internal long Ticks { get; set; } = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Ticks;
    }
}
