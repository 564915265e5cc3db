using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using ModelSigning.Testing;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Host.Tests;

public class TraceTests
{
    // AggregationTemporality: since the start.
    private const ulong Cumulative = 2;

    private readonly ConcurrentQueue<(string Path, string Token, byte[] Body)> _received = new();

    [Fact]
    public async Task Signing_and_a_refusal_arrive_at_the_collector_that_the_environment_names()
    {
        await using LoopbackServer collector = await Collector();
        using TemporaryFolder folder = new();
        Run(folder, Script(folder), new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.ToString(), ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-token=secret", ["OTEL_SERVICE_NAME"] = "nightly" });

        ProtoMessage[] traces = Bodies("/v1/traces");
        IReadOnlyList<ProtoMessage> signing = Spans(traces[0]), verifying = Spans(traces[1]);
        Assert.Equal(["Hash", "Sign"], signing.Select(span => span.Text(Span.Name)));
        Assert.Equal(signing[1].Bytes(Span.Id)!.Value.ToArray(), signing[0].Bytes(Span.Parent)!.Value.ToArray());
        Assert.Equal("key", Attribute(signing[1], Span.Attributes, "model_signing.method"));
        Assert.Equal("BundleNotFound", verifying[^1].Message(Span.Status).Text(2));
        Assert.All(_received, request => Assert.Equal("secret", request.Token));
        Assert.All(_received, request => Assert.Equal("nightly", Attribute(new ProtoMessage(request.Body).Message(1).Message(1), 1, "service.name")));
    }

    [Fact]
    public async Task Metrics_are_sent_as_well_and_count_from_the_start()
    {
        await using LoopbackServer collector = await Collector();
        using TemporaryFolder folder = new();
        Run(folder, Script(folder), new() { ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] = new Uri(collector.Address, "/metrics").ToString() });

        Assert.All(_received, request => Assert.Equal("/metrics", request.Path));
        IReadOnlyList<ProtoMessage> metrics = new ProtoMessage(_received.Last().Body).Message(1).Message(2).Messages(2);
        ProtoMessage durations = metrics.Single(metric => metric.Text(1) == "model_signing.operation.duration").Message(9);
        Assert.Equal(Cumulative, durations.Number(2));
        Assert.Equal(["Hash ok 1", "Sign ok 1", "Verify BundleNotFound 1"], durations.Messages(1)
            .Select(point => $"{Attribute(point, 9, "operation")} {Attribute(point, 9, "outcome")} {point.Number(4)}").Order());
        Assert.All(durations.Messages(1), point => Assert.Equal(16 * sizeof(double), point.Bytes(7)!.Value.Length));
        ProtoMessage bytes = metrics.Single(metric => metric.Text(1) == "model_signing.hashed_bytes").Message(7).Message(1);
        Assert.Equal(("sha256", 1ul), (Attribute(bytes, 7, "algorithm"), bytes.Number(6)));
    }

    [Fact]
    public async Task Every_service_of_a_Sigstore_signing_has_an_activity_and_no_token_is_in_any()
    {
        await using LoopbackServer collector = await Collector();
        await using SigstoreServer sigstore = await SigstoreServer.StartAsync();
        using TemporaryFolder folder = new();
        folder.Write("model/a.bin", "a");
        string token = sigstore.Instance.OpenId.MintPerson();
        string script = $"""
            Import-Module '{SharedData.RepositoryRoot}/ModelSigning.psd1'
            (New-ModelSignature '{folder["model"]}' -Sigstore -TrustConfig '{sigstore.WriteFiles(folder)}' -Force).Method
            """;
        Run(folder, script, new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.ToString(), ["SIGSTORE_ID_TOKEN"] = token }, "Sigstore\n");

        IReadOnlyList<ProtoMessage> spans = Spans(Bodies("/v1/traces").Single());
        ProtoMessage[] requests = [.. spans.Where(span => span.Text(Span.Name) == "Request")];
        Assert.Equal(
            ["the certificate authority (Fulcio)", "the timestamp server", "the transparency log (Rekor)"],
            requests.Select(span => Attribute(span, Span.Attributes, "peer.service")).Order());
        Assert.All(requests, span => Assert.Equal(
            (sigstore.Address.Host, sigstore.Address.Port.ToString(CultureInfo.InvariantCulture)),
            (Attribute(span, Span.Attributes, "server.address"), Attribute(span, Span.Attributes, "server.port"))));
        Assert.Equal("alice@sigstore.test", Attribute(spans[^1], Span.Attributes, "model_signing.identity"));
        Assert.All(_received, request => Assert.DoesNotContain(token[..20], Encoding.Latin1.GetString(request.Body), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_command_that_fails_and_one_that_is_stopped_have_sent_what_they_did()
    {
        await using LoopbackServer collector = await Collector();
        using TemporaryFolder folder = new();
        Run(folder, $$"""
            Import-Module '{{SharedData.RepositoryRoot}}/ModelSigning.psd1'
            $key = New-ModelSigningKey '{{folder["a.key"]}}' -NoPassword
            try { Test-ModelSignature '{{folder["model"]}}' -PublicKey $key.PublicKeyPath -SignaturePath '{{folder["none.sig"]}}' -ErrorAction Stop } catch { }
            $reached = [Threading.ManualResetEventSlim]::new()
            $shell = [powershell]::Create().AddScript({
                param($model, $key, $signature, $reached)
                Test-ModelSignature $model -PublicKey $key -SignaturePath $signature -Detailed | ForEach-Object { $reached.Set(); while ($true) { } }
            })
            $null = $shell.AddParameters(@('{{folder["model"]}}', $key.PublicKeyPath, '{{folder["none.sig"]}}', $reached)).BeginInvoke()
            $reached.Wait()
            $shell.Stop()
            "$($shell.InvocationStateInfo.State)"
            """, new() { ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = collector.Address.ToString() }, "Stopped\n");
        Assert.Equal(["Verify", "Verify"], Bodies("/").Select(body => Spans(body).Single().Text(Span.Name)));
    }

    [Fact]
    public async Task No_file_in_the_current_folder_tells_the_exporter_what_to_write()
    {
        await using LoopbackServer collector = await Collector();
        using TemporaryFolder folder = new();
        // It is found at the start, and ten seconds later again.
        folder.Write("current/OTEL_DIAGNOSTICS.json", $$"""{ "LogDirectory": "{{folder["written"]}}", "FileSize": 1024, "LogLevel": "Verbose" }""");
        Run(folder, Script(folder), new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.ToString() }, directory: folder["current"]);
        Assert.False(Directory.Exists(folder["written"]));
        Assert.Empty(_received);
    }

    [Fact]
    public void A_collector_that_is_away_changes_nothing()
    {
        using TemporaryFolder folder = new();
        // The discard port, where nothing listens.
        Run(folder, Script(folder), new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9" });
    }

    private Task<LoopbackServer> Collector() => LoopbackServer.StartAsync(async context =>
    {
        _received.Enqueue((context.Request.Path.ToString(), context.Request.Headers["x-token"].ToString(), await LoopbackServer.ReadBodyAsync(context)));
        await LoopbackServer.AnswerAsync(context, 200, "application/x-protobuf", default);
    });

    private static void Run(TemporaryFolder folder, string script, Dictionary<string, string> variables, string output = "NotSigned\n", string? directory = null)
    {
        folder.Write("model/a.bin", "a");
        ProcessStartInfo start = HostProcess.StartInfo("-File", folder.Write("script.ps1", script));
        start.WorkingDirectory = directory ?? start.WorkingDirectory;
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        HostResult result = HostProcess.Run(start);
        Assert.Equal((output, ""), (result.Output, result.Error));
    }

    private static string Script(TemporaryFolder folder) => $"""
        Import-Module '{SharedData.RepositoryRoot}/ModelSigning.psd1'
        $key = New-ModelSigningKey '{folder["a.key"]}' -NoPassword
        $signed = New-ModelSignature '{folder["model"]}' -PrivateKey $key.PrivateKeyPath -SignaturePath '{folder["a.sig"]}'
        (Test-ModelSignature '{folder["model"]}' -PublicKey $key.PublicKeyPath -SignaturePath '{folder["none.sig"]}' -Detailed).Status
        """;

    private ProtoMessage[] Bodies(string path) => [.. _received.Where(request => request.Path == path).Select(request => new ProtoMessage(request.Body))];

    private static IReadOnlyList<ProtoMessage> Spans(ProtoMessage request) => request.Message(1).Message(2).Messages(2);

    // The value of a KeyValue is an AnyValue: a text in its field 1, a whole number in its field 3.
    private static string? Attribute(ProtoMessage item, int attributes, string name) => item.Messages(attributes)
        .Where(attribute => attribute.Text(1) == name)
        .Select(attribute => attribute.Message(2)).Select(value => value.Text(1) ?? value.Number(3)?.ToString(CultureInfo.InvariantCulture)).SingleOrDefault();

    // The fields of a Span in opentelemetry-proto.
    private static class Span
    {
        internal const int Id = 2;
        internal const int Parent = 4;
        internal const int Name = 5;
        internal const int Attributes = 9;
        internal const int Status = 15;
    }
}
