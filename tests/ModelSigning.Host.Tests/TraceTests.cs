using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ModelSigning.Testing;

namespace ModelSigning.Host.Tests;

public class TraceTests
{
    [Fact]
    public async Task Signing_and_a_refusal_arrive_at_the_collector_that_the_environment_names()
    {
        using TcpListener collector = new(IPAddress.Loopback, 0);
        collector.Start();
        Task<string[]> received = Receive(collector, 2);
        using TemporaryFolder folder = new();
        folder.Write("model/a.bin", "a");
        ProcessStartInfo start = HostProcess.StartInfo("-File", folder.Write("script.ps1", Script(folder)));
        start.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://{collector.LocalEndpoint}";
        start.Environment["OTEL_EXPORTER_OTLP_HEADERS"] = "x-token=secret";
        start.Environment["OTEL_SERVICE_NAME"] = "nightly";
        HostResult result = HostProcess.Run(start);
        Assert.Equal("NotSigned\n", result.Output);

        string[] requests = await received.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.All(requests, request => Assert.StartsWith("POST /v1/traces HTTP/1.1\r\n", request, StringComparison.Ordinal));
        Assert.All(requests, request => Assert.Contains("x-token: secret\r\n", request, StringComparison.OrdinalIgnoreCase));
        JsonElement[] signing = Spans(requests[0]), verifying = Spans(requests[1]);
        Assert.Equal(["Hash", "Sign"], signing.Select(span => span.GetProperty("name").GetString()));
        Assert.Equal(signing[1].GetProperty("spanId").GetString(), signing[0].GetProperty("parentSpanId").GetString());
        Assert.Contains("model_signing.model_path", signing[1].GetRawText(), StringComparison.Ordinal);
        Assert.Equal("BundleNotFound", verifying[^1].GetProperty("status").GetProperty("message").GetString());
        Assert.Contains("\"nightly\"", requests[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_collector_that_is_away_changes_nothing()
    {
        using TemporaryFolder folder = new();
        folder.Write("model/a.bin", "a");
        ProcessStartInfo start = HostProcess.StartInfo("-File", folder.Write("script.ps1", Script(folder)));
        // The discard port, where nothing listens.
        start.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9";
        HostResult result = HostProcess.Run(start);
        Assert.Equal(("NotSigned\n", ""), (result.Output, result.Error));
    }

    private static string Script(TemporaryFolder folder) => $"""
        Import-Module '{SharedData.RepositoryRoot}/ModelSigning.psd1'
        $key = New-ModelSigningKey '{folder["a.key"]}' -NoPassword
        $signed = New-ModelSignature '{folder["model"]}' -PrivateKey $key.PrivateKeyPath -SignaturePath '{folder["a.sig"]}'
        (Test-ModelSignature '{folder["model"]}' -PublicKey $key.PublicKeyPath -SignaturePath '{folder["none.sig"]}' -Detailed).Status
        """;

    private static JsonElement[] Spans(string request)
    {
        using JsonDocument document = JsonDocument.Parse(request[request.IndexOf("\r\n\r\n", StringComparison.Ordinal)..]);
        return [.. document.RootElement.GetProperty("resourceSpans")[0].GetProperty("scopeSpans")[0].GetProperty("spans").EnumerateArray().Select(span => span.Clone())];
    }

    // Each export comes on a connection of the one client, with a length and no chunks.
    private static async Task<string[]> Receive(TcpListener collector, int count)
    {
        using TcpClient client = await collector.AcceptTcpClientAsync();
        using NetworkStream stream = client.GetStream();
        List<string> requests = [];
        byte[] buffer = new byte[65536];
        StringBuilder text = new();
        while (requests.Count < count)
        {
            int read = await stream.ReadAsync(buffer);
            Assert.NotEqual(0, read);
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            string so = text.ToString();
            int head = so.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head >= 0 && Length(so[..head]) <= so.Length - head - 4)
            {
                requests.Add(so);
                text.Clear();
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}"u8.ToArray());
            }
        }

        return [.. requests];
    }

    private static int Length(string head) => head.Split("\r\n")
        .Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
        .Select(line => int.Parse(line.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture)).Single();
}
