using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using ModelSigning.Testing;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Host.Tests;

public class TraceTests
{
    private readonly ConcurrentQueue<(string Path, string Token, JsonElement Body)> _received = new();

    [Fact]
    public async Task Signing_and_a_refusal_arrive_at_the_collector_that_the_environment_names()
    {
        await using LoopbackServer collector = await Collector();
        using TemporaryFolder folder = new();
        Run(folder, Script(folder), new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.ToString(), ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-token=secret", ["OTEL_SERVICE_NAME"] = "nightly" });

        JsonElement[] traces = Bodies("/v1/traces");
        JsonElement[] signing = Spans(traces[0]), verifying = Spans(traces[1]);
        Assert.Equal(["Hash", "Sign"], signing.Select(span => span.GetProperty("name").GetString()));
        Assert.Equal(signing[1].GetProperty("spanId").GetString(), signing[0].GetProperty("parentSpanId").GetString());
        Assert.Equal("key", Attribute(signing[1], "model_signing.method"));
        Assert.Equal("BundleNotFound", verifying[^1].GetProperty("status").GetProperty("message").GetString());
        Assert.All(_received, request => Assert.Equal("secret", request.Token));
        Assert.All(_received, request => Assert.Contains("\"nightly\"", request.Body.GetRawText(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metrics_are_sent_as_well_and_count_from_the_start()
    {
        await using LoopbackServer collector = await Collector();
        using TemporaryFolder folder = new();
        Run(folder, Script(folder), new() { ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] = new Uri(collector.Address, "/metrics").ToString() });

        Assert.All(_received, request => Assert.Equal("/metrics", request.Path));
        JsonElement[] metrics = [.. _received.Last().Body.GetProperty("resourceMetrics")[0].GetProperty("scopeMetrics")[0].GetProperty("metrics").EnumerateArray()];
        JsonElement durations = metrics.Single(metric => metric.GetProperty("name").GetString() == "model_signing.operation.duration").GetProperty("histogram");
        Assert.Equal(2, durations.GetProperty("aggregationTemporality").GetInt32());
        Assert.Equal(["Hash ok 1", "Sign ok 1", "Verify BundleNotFound 1"], durations.GetProperty("dataPoints").EnumerateArray()
            .Select(point => $"{Attribute(point, "operation")} {Attribute(point, "outcome")} {point.GetProperty("count").GetString()}").Order());
        Assert.All(durations.GetProperty("dataPoints").EnumerateArray(), point =>
            Assert.Equal(1, point.GetProperty("bucketCounts").EnumerateArray().Sum(bucket => int.Parse(bucket.GetString()!, System.Globalization.CultureInfo.InvariantCulture))));
        JsonElement bytes = metrics.Single(metric => metric.GetProperty("name").GetString() == "model_signing.hashed_bytes").GetProperty("sum").GetProperty("dataPoints")[0];
        Assert.Equal(("sha256", "1"), (Attribute(bytes, "algorithm"), bytes.GetProperty("asInt").GetString()));
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

        JsonElement[] spans = Spans(Bodies("/v1/traces").Single());
        Assert.Equal(
            ["the certificate authority (Fulcio)", "the timestamp server", "the transparency log (Rekor)"],
            spans.Where(span => span.GetProperty("name").GetString() == "Request").Select(span => Attribute(span, "peer.service")).Order());
        Assert.All(spans.Where(span => span.GetProperty("name").GetString() == "Request"), span => Assert.Equal(
            (sigstore.Address.Host, sigstore.Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)), (Attribute(span, "server.address"), Attribute(span, "server.port"))));
        Assert.Equal("alice@sigstore.test", Attribute(spans[^1], "model_signing.identity"));
        Assert.All(_received, request => Assert.DoesNotContain(token[..20], request.Body.GetRawText(), StringComparison.Ordinal));
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
        using JsonDocument document = JsonDocument.Parse(await LoopbackServer.ReadBodyAsync(context));
        _received.Enqueue((context.Request.Path.ToString(), context.Request.Headers["x-token"].ToString(), document.RootElement.Clone()));
        await LoopbackServer.AnswerAsync(context, 200, "application/json", "{}"u8.ToArray());
    });

    private static void Run(TemporaryFolder folder, string script, Dictionary<string, string> variables, string output = "NotSigned\n")
    {
        folder.Write("model/a.bin", "a");
        ProcessStartInfo start = HostProcess.StartInfo("-File", folder.Write("script.ps1", script));
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

    private JsonElement[] Bodies(string path) => [.. _received.Where(request => request.Path == path).Select(request => request.Body)];

    private static JsonElement[] Spans(JsonElement body) => [.. body.GetProperty("resourceSpans")[0].GetProperty("scopeSpans")[0].GetProperty("spans").EnumerateArray()];

    private static string? Attribute(JsonElement item, string name) => item.GetProperty("attributes").EnumerateArray()
        .Where(attribute => attribute.GetProperty("key").GetString() == name)
        .Select(attribute => attribute.GetProperty("value").EnumerateObject().Single().Value.GetString()).SingleOrDefault();
}
