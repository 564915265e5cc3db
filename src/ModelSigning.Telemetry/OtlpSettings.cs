using System.Globalization;
using OpenTelemetry.Exporter;

namespace ModelSigning.Telemetry;

/// <summary>What is sent: traces or metrics. Each has variables and an address of its own.</summary>
internal sealed class OtlpSignal
{
    /// <summary>Activities.</summary>
    internal static readonly OtlpSignal Traces = new("TRACES", "/v1/traces");

    /// <summary>Durations and bytes.</summary>
    internal static readonly OtlpSignal Metrics = new("METRICS", "/v1/metrics");

    private OtlpSignal(string variable, string path) => (Variable, AddressPath) = (variable, path);

    /// <summary>The signal's word in the variables' names.</summary>
    internal string Variable { get; }

    /// <summary>What is added to the common address, with HTTP.</summary>
    internal string AddressPath { get; }
}

/// <summary>
/// Whether and where a signal is sent (OpenTelemetry specification: SDK environment variables; OTLP exporter configuration). The SDK reads the
/// variables of all signals itself, but neither those of one signal nor those that choose the exporter.
/// </summary>
/// <param name="Endpoint">The collector's address for the signal.</param>
/// <param name="Protocol">How it is sent.</param>
/// <param name="Headers">Headers of each request, as the SDK reads them; they may hold a token and are never shown.</param>
/// <param name="Timeout">How long one export may take.</param>
internal sealed record OtlpSettings(Uri Endpoint, OtlpExportProtocol Protocol, string? Headers, TimeSpan Timeout)
{
    /// <summary>Reads the process's <c>OTEL_*</c> variables.</summary>
    /// <param name="signal">What would be sent.</param>
    /// <returns>Null when they do not ask for an export of the signal, or ask for one that is not possible here.</returns>
    internal static OtlpSettings? FromEnvironment(OtlpSignal signal) => From(signal, name => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null);

    /// <summary>Reads the variables from anywhere.</summary>
    /// <param name="signal">What would be sent.</param>
    /// <param name="variable">Gives a variable's value, or null when it is not set or empty.</param>
    /// <returns><inheritdoc cref="FromEnvironment" path="/returns"/></returns>
    internal static OtlpSettings? From(OtlpSignal signal, Func<string, string?> variable)
    {
        string? own = variable($"OTEL_EXPORTER_OTLP_{signal.Variable}_ENDPOINT"), all = variable("OTEL_EXPORTER_OTLP_ENDPOINT");
        string? exporter = variable($"OTEL_{signal.Variable}_EXPORTER");
        bool asked = exporter?.Split(',', StringSplitOptions.TrimEntries).Contains("otlp", StringComparer.OrdinalIgnoreCase) ?? (own ?? all) is not null;
        if (!asked || string.Equals(variable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase)
            || IsTrustOfItsOwnAsked())
        {
            return null;
        }

        // http/json, which the SDK does not write, is http/protobuf at the same address.
        bool isGrpc = string.Equals(Option("PROTOCOL"), "grpc", StringComparison.OrdinalIgnoreCase);
        string address = isGrpc
            ? own ?? all ?? "http://localhost:4317"
            : own ?? ((all ?? "http://localhost:4318").TrimEnd('/') + signal.AddressPath);
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? endpoint) || (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps))
        {
            return null;
        }

        int milliseconds = int.TryParse(Option("TIMEOUT"), NumberStyles.None, CultureInfo.InvariantCulture, out int given) && given > 0 ? given : 10_000;
        return new OtlpSettings(
            endpoint, isGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf, Pairs(Option("HEADERS")), TimeSpan.FromMilliseconds(milliseconds));

        string? Option(string name) => variable($"OTEL_EXPORTER_OTLP_{signal.Variable}_{name}") ?? variable($"OTEL_EXPORTER_OTLP_{name}");

        // The connection is ours and trusts what the system trusts: a certificate that was asked for must not be silently ignored.
        bool IsTrustOfItsOwnAsked() => (Option("CERTIFICATE") ?? Option("CLIENT_CERTIFICATE") ?? Option("CLIENT_KEY")) is not null;
    }

    // Pairs of a name and a value, of which the SDK refuses a list that has anything else in it.
    private static string? Pairs(string? text) => text is null ? null : string.Join(',', text.Split(',').Where(pair => pair.IndexOf('=', StringComparison.Ordinal) > 0));
}
