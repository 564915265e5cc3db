namespace ModelSigning.Core.Telemetry;

/// <summary>Sends what the engine traces and measures to a collector, where the <c>OTEL_*</c> variables ask for it.</summary>
public static class TelemetryExport
{
    // They live as long as the process.
    private static readonly IDisposable[] Exporters =
    [
        .. OtlpSettings.FromEnvironment(OtlpSignal.Traces) is { } traces ? [new TraceExporter(traces)] : Array.Empty<IDisposable>(),
        .. OtlpSettings.FromEnvironment(OtlpSignal.Metrics) is { } metrics ? [new MetricExporter(metrics)] : Array.Empty<IDisposable>(),
    ];

    /// <summary>Starts the export, once in a process and only if it is asked for.</summary>
    /// <returns>Whether traces or metrics are exported.</returns>
    public static bool Start() => Exporters.Length > 0;
}
