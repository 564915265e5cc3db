using System.Reflection;
using ModelSigning.Core.Http;
using ModelSigning.Core.Tracing;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ModelSigning.Telemetry;

/// <summary>
/// Sends what the engine traces and measures to a collector with the OpenTelemetry SDK, where the <c>OTEL_*</c> variables ask for it. No
/// signing and no verification ever fails because of it.
/// </summary>
public sealed class TelemetryExport : IDisposable
{
    private const string SelfDiagnosticsFile = "OTEL_DIAGNOSTICS.json";

    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;
    private readonly int _limit;
    private long _flushed;

    internal TelemetryExport(OtlpSettings? traces, OtlpSettings? metrics)
    {
        _limit = (int)Math.Max(traces?.Timeout.TotalMilliseconds ?? 0, metrics?.Timeout.TotalMilliseconds ?? 0);
        ResourceBuilder resource = ResourceBuilder.CreateEmpty().AddService("model-signing", autoGenerateServiceInstanceId: false).AddTelemetrySdk().AddEnvironmentVariableDetector();
        _traces = traces is null ? null : Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Traces.Name)
            .AddOtlpExporter(options => Set(options, traces)).Build();
        _metrics = metrics is null ? null : Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Traces.Name)
            .AddOtlpExporter(options => Set(options, metrics)).Build();
    }

    /// <summary>Starts the export, for the rest of the process, if it is asked for and possible.</summary>
    /// <returns>Null when nothing is exported.</returns>
    public static TelemetryExport? Start()
    {
        OtlpSettings? traces = OtlpSettings.FromEnvironment(OtlpSignal.Traces), metrics = OtlpSettings.FromEnvironment(OtlpSignal.Metrics);
        if ((traces ?? metrics) is null)
        {
            return null;
        }

        try
        {
            EndSelfDiagnostics();
            return new TelemetryExport(traces, metrics);
        }
        catch (Exception)
        {
            // Whatever the variables hold: a missing trace is visible, and must not change the outcome of a command.
            return null;
        }
    }

    /// <summary>Sends what is pending and waits for it, as long as one export may take; does nothing when no operation has ended since the last time.</summary>
    /// <param name="limit">The longest wait; null is that of the variables.</param>
    public void Flush(TimeSpan? limit = null)
    {
        long ended = Traces.Ended;
        if (Interlocked.Exchange(ref _flushed, ended) == ended)
        {
            return;
        }

        int milliseconds = limit is { } given ? Math.Min(_limit, (int)given.TotalMilliseconds) : _limit;
        _traces?.ForceFlush(milliseconds);
        _metrics?.ForceFlush(milliseconds);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    // A collector may be plain http beyond loopback, as in most clusters: its address was chosen by the user who runs the process.
    private static void Set(OtlpExporterOptions options, OtlpSettings settings)
    {
        options.Protocol = settings.Protocol;
        options.Endpoint = settings.Endpoint;
        options.Headers = settings.Headers;
        options.TimeoutMilliseconds = (int)settings.Timeout.TotalMilliseconds;
        options.HttpClientFactory = () => HttpConnections.Client(settings.Timeout, allowsPlainHttp: true, inner => new PatientHandler(inner, TimeProvider.System));
    }

    // The SDK looks for a file in the current folder, again every ten seconds, that tells it where to make a folder and write a log. The current folder
    // may be a model that someone else made, and that file part of it. No option ends that: the timer is stopped where the SDK keeps it.
    private static void EndSelfDiagnostics()
    {
        if (File.Exists(SelfDiagnosticsFile))
        {
            throw new NotSupportedException($"The current folder has a file '{SelfDiagnosticsFile}'.");
        }

        Type diagnostics = typeof(Sdk).Assembly.GetType("OpenTelemetry.Internal.SelfDiagnostics", throwOnError: true)!;
        object instance = diagnostics.GetField("Instance", BindingFlags.Static | BindingFlags.NonPublic)!.GetValue(null)!;
        ((IDisposable)diagnostics.GetField("configRefresher", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(instance)!).Dispose();
    }
}
