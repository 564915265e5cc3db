using OpenTelemetry.Exporter;

namespace ModelSigning.Telemetry.Tests;

public class OtlpSettingsTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("OTEL_SERVICE_NAME=x", null)]
    [InlineData("OTEL_TRACES_EXPORTER=none;OTEL_EXPORTER_OTLP_ENDPOINT=http://collector", null)]
    [InlineData("OTEL_SDK_DISABLED=true;OTEL_EXPORTER_OTLP_ENDPOINT=http://collector", null)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=not an address", null)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=file:///tmp/x", null)]
    [InlineData("OTEL_EXPORTER_OTLP_CERTIFICATE=ca.pem;OTEL_EXPORTER_OTLP_ENDPOINT=https://collector", null)]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY=a.key;OTEL_EXPORTER_OTLP_ENDPOINT=https://collector", null)]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL=grpc;OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:1234", "http://collector:1234/")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL=grpc;OTEL_TRACES_EXPORTER=console, otlp", "http://localhost:4317/")]
    [InlineData("OTEL_METRICS_EXPORTER=otlp", null)]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://metrics", null)]
    [InlineData("OTEL_TRACES_EXPORTER=otlp", "http://localhost:4318/v1/traces")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=https://collector:1234/base/", "https://collector:1234/base/v1/traces")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://a;OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://b/traces", "http://b/traces")]
    public void The_usual_variables_decide_whether_and_where_traces_go(string variables, string? endpoint) =>
        Assert.Equal(endpoint, OtlpSettings.From(OtlpSignal.Traces, Variables(variables))?.Endpoint.ToString());

    [Theory]
    [InlineData("OTEL_METRICS_EXPORTER=none;OTEL_EXPORTER_OTLP_ENDPOINT=http://collector", null)]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://traces", null)]
    [InlineData("OTEL_METRICS_EXPORTER=otlp", "http://localhost:4318/v1/metrics")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://a;OTEL_TRACES_EXPORTER=none", "http://a/v1/metrics")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://a;OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://b/metrics", "http://b/metrics")]
    public void Metrics_have_variables_of_their_own(string variables, string? endpoint) =>
        Assert.Equal(endpoint, OtlpSettings.From(OtlpSignal.Metrics, Variables(variables))?.Endpoint.ToString());

    [Theory]
    [InlineData("", OtlpExportProtocol.HttpProtobuf)]
    [InlineData("http/json", OtlpExportProtocol.HttpProtobuf)]
    [InlineData("grpc", OtlpExportProtocol.Grpc)]
    public void HTTP_is_spoken_where_gRPC_is_not_asked_for(string protocol, OtlpExportProtocol expected) =>
        Assert.Equal(expected, OtlpSettings.From(OtlpSignal.Traces, Variables($"OTEL_TRACES_EXPORTER=otlp;OTEL_EXPORTER_OTLP_PROTOCOL={protocol}"))!.Protocol);

    [Fact]
    public void Headers_and_timeout_are_read_and_what_is_not_a_header_is_ignored()
    {
        OtlpSettings settings = OtlpSettings.From(OtlpSignal.Traces, Variables(
            "OTEL_TRACES_EXPORTER=otlp;OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20t,nothing,=,x = y;OTEL_EXPORTER_OTLP_TIMEOUT=250"))!;
        Assert.Equal("authorization=Bearer%20t,x = y", settings.Headers);
        Assert.Equal(TimeSpan.FromMilliseconds(250), settings.Timeout);
    }

    private static Func<string, string?> Variables(string text)
    {
        Dictionary<string, string> variables = text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        return name => variables.GetValueOrDefault(name);
    }
}
