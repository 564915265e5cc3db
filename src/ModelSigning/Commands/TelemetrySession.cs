using System.Runtime.CompilerServices;
using ModelSigning.Telemetry;

namespace ModelSigning;

/// <summary>
/// The export of traces and metrics in this process. Its libraries are loaded only where an <c>OTEL_*</c> variable is set when the first command
/// is made; everywhere else it costs one look at the environment.
/// </summary>
internal static class TelemetrySession
{
    // A pipeline that someone stopped should be gone soon.
    private static readonly TimeSpan LimitWhenStopped = TimeSpan.FromSeconds(2);

    private static readonly bool IsAsked = Environment.GetEnvironmentVariables().Keys.Cast<string>().Any(name => name.StartsWith("OTEL_", StringComparison.Ordinal));
    private static readonly Lazy<IDisposable?> Running = new(() => Export());

    /// <summary>Starts the export, once in a process and only if it is asked for.</summary>
    /// <returns>Whether traces or metrics are exported.</returns>
    internal static bool Start() => IsAsked && Running.Value is not null;

    /// <summary>Sends what is pending at the end of a command, and waits for it.</summary>
    /// <param name="isStopped">Whether someone stopped the command.</param>
    internal static void Flush(bool isStopped)
    {
        if (Start())
        {
            Send(isStopped ? LimitWhenStopped : null);
        }
    }

    // Methods of their own: what names a type of the library loads it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TelemetryExport? Export() => TelemetryExport.Start();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Send(TimeSpan? limit) => ((TelemetryExport)Running.Value!).Flush(limit);
}
