using ModelSigning.Core.Tracing;
using ModelSigning.Testing;
using OpenTelemetry.Exporter;

namespace ModelSigning.Telemetry.Tests;

public class TelemetryExportTests
{
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
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
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
        using TelemetryExport export = Export(collector.Address);
        Work();
        export.Flush();
        Assert.True(await ended.Task);
    }

    [Fact]
    public async Task What_is_pending_is_sent_once_and_nothing_is_sent_without_work()
    {
        int asked = 0;
        await using LoopbackServer collector = await LoopbackServer.StartAsync(async context =>
        {
            await LoopbackServer.ReadBodyAsync(context);
            Interlocked.Increment(ref asked);
            await LoopbackServer.AnswerAsync(context, 200, "application/x-protobuf", default);
        });
        using (TelemetryExport export = Export(collector.Address))
        {
            export.Flush();
            Work();
            export.Flush();
            export.Flush();
        }

        // The SDK's flush may return when a batch has been taken and is still on its way; its end waits for the answer.
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task GRPC_is_spoken_where_it_is_asked_for()
    {
        TaskCompletionSource<(string Path, string? Type, byte[] Body)> asked = new();
        await using LoopbackServer collector = await LoopbackServer.StartAsync(
            async context =>
            {
                asked.SetResult((context.Request.Path, context.Request.ContentType, await LoopbackServer.ReadBodyAsync(context)));
                context.Response.ContentType = "application/grpc";
                await context.Response.Body.WriteAsync(new byte[5], context.RequestAborted);
                Microsoft.AspNetCore.Http.ResponseTrailerExtensions.AppendTrailer(context.Response, "grpc-status", "0");
            },
            isHttp2: true);
        using TelemetryExport export = Export(collector.Address, OtlpExportProtocol.Grpc);
        Work();
        export.Flush();
        (string path, string? type, byte[] body) = await asked.Task;
        Assert.Equal(("/opentelemetry.proto.collector.trace.v1.TraceService/Export", "application/grpc"), (path, type));

        // A message of gRPC has five bytes before it: whether it is compressed, and its length.
        ProtoMessage span = new ProtoMessage(body.AsMemory(5)).Message(1).Message(2).Message(2);
        Assert.Equal("Hash", span.Text(5));
    }

    private static TelemetryExport Export(Uri collector, OtlpExportProtocol protocol = OtlpExportProtocol.HttpProtobuf) =>
        new(new OtlpSettings(collector, protocol, null, TimeSpan.FromMinutes(1)), null);

    private static void Work() => Traces.Run("Hash", () => [], () => 0);
}
