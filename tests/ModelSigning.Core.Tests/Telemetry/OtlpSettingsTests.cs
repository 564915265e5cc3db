using ModelSigning.Core.Telemetry;

namespace ModelSigning.Core.Tests.Telemetry;

public class OtlpSettingsTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("OTEL_SERVICE_NAME=x", null)]
    [InlineData("OTEL_TRACES_EXPORTER=none;OTEL_EXPORTER_OTLP_ENDPOINT=http://collector", null)]
    [InlineData("OTEL_SDK_DISABLED=true;OTEL_EXPORTER_OTLP_ENDPOINT=http://collector", null)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=not an address", null)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=file:///tmp/x", null)]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL=grpc;OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4317", null)]
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

    [Fact]
    public void The_service_is_named_by_the_resource_attributes_too() =>
        Assert.Equal(
            [new("service.name", "other"), new("site", "a")],
            OtlpSettings.From(OtlpSignal.Traces, Variables("OTEL_TRACES_EXPORTER=otlp;OTEL_RESOURCE_ATTRIBUTES=site=a,service.name=other"))!.Resource);

    [Fact]
    public void Headers_timeout_and_resource_are_read()
    {
        OtlpSettings settings = OtlpSettings.From(OtlpSignal.Traces, Variables(
            "OTEL_TRACES_EXPORTER=otlp;OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20t,x = y;OTEL_EXPORTER_OTLP_TIMEOUT=250;OTEL_SERVICE_NAME=signer;OTEL_RESOURCE_ATTRIBUTES=site=a,service.name=other"))!;
        Assert.Equal([new("authorization", "Bearer t"), new("x", "y")], settings.Headers);
        Assert.Equal(TimeSpan.FromMilliseconds(250), settings.Timeout);
        Assert.Equal([new("service.name", "signer"), new("site", "a")], settings.Resource);
    }

    private static Func<string, string?> Variables(string text)
    {
        Dictionary<string, string> variables = text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        return name => variables.GetValueOrDefault(name);
    }
}
