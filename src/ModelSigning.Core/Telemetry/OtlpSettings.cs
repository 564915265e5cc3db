using System.Globalization;

namespace ModelSigning.Core.Telemetry;

/// <summary>What is sent: traces or metrics. Each has variables and an address of its own.</summary>
public sealed class OtlpSignal
{
    /// <summary>Activities.</summary>
    public static readonly OtlpSignal Traces = new("TRACES", "/v1/traces");

    /// <summary>Durations and bytes.</summary>
    public static readonly OtlpSignal Metrics = new("METRICS", "/v1/metrics");

    private OtlpSignal(string variable, string path) => (Variable, AddressPath) = (variable, path);

    /// <summary>The signal's word in the variables' names.</summary>
    internal string Variable { get; }

    /// <summary>What is added to the common address.</summary>
    internal string AddressPath { get; }
}

/// <summary>Where a signal is sent (OpenTelemetry specification: SDK environment variables; OTLP exporter configuration).</summary>
/// <param name="Endpoint">The collector's address for the signal.</param>
/// <param name="Headers">Headers of each request; they may hold a token and are never shown.</param>
/// <param name="Timeout">How long one export may take.</param>
/// <param name="Resource">What describes this process, <c>service.name</c> first.</param>
public sealed record OtlpSettings(
    Uri Endpoint, IReadOnlyList<KeyValuePair<string, string>> Headers, TimeSpan Timeout, IReadOnlyList<KeyValuePair<string, string>> Resource)
{
    private const string DefaultEndpoint = "http://localhost:4318";

    /// <summary>Reads the process's <c>OTEL_*</c> variables.</summary>
    /// <param name="signal">What would be sent.</param>
    /// <returns>Null when they do not ask for an export of the signal, or ask for one that is not ours: gRPC, or an address that is none.</returns>
    public static OtlpSettings? FromEnvironment(OtlpSignal signal) => From(signal, name => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null);

    /// <summary>Reads the variables from anywhere.</summary>
    /// <param name="signal">What would be sent.</param>
    /// <param name="variable">Gives a variable's value, or null when it is not set or empty.</param>
    /// <returns><inheritdoc cref="FromEnvironment" path="/returns"/></returns>
    public static OtlpSettings? From(OtlpSignal signal, Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(signal);
        ArgumentNullException.ThrowIfNull(variable);
        string? own = variable($"OTEL_EXPORTER_OTLP_{signal.Variable}_ENDPOINT"), all = variable("OTEL_EXPORTER_OTLP_ENDPOINT");
        string? exporter = variable($"OTEL_{signal.Variable}_EXPORTER");
        bool asked = exporter?.Split(',').Contains("otlp", StringComparer.OrdinalIgnoreCase) ?? (own ?? all) is not null;
        if (!asked || string.Equals(variable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase)
            || Option("PROTOCOL") == "grpc"
            || !Uri.TryCreate(own ?? ((all ?? DefaultEndpoint).TrimEnd('/') + signal.AddressPath), UriKind.Absolute, out Uri? endpoint)
            || (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps))
        {
            return null;
        }

        int milliseconds = int.TryParse(Option("TIMEOUT"), NumberStyles.None, CultureInfo.InvariantCulture, out int given) && given > 0 ? given : 10_000;
        KeyValuePair<string, string>[] described = Pairs(variable("OTEL_RESOURCE_ATTRIBUTES"));
        string service = variable("OTEL_SERVICE_NAME") ?? described.FirstOrDefault(pair => pair.Key == "service.name").Value ?? "model-signing";
        return new OtlpSettings(
            endpoint,
            Pairs(Option("HEADERS")),
            TimeSpan.FromMilliseconds(milliseconds),
            [new("service.name", service), .. described.Where(pair => pair.Key != "service.name")]);

        string? Option(string name) => variable($"OTEL_EXPORTER_OTLP_{signal.Variable}_{name}") ?? variable($"OTEL_EXPORTER_OTLP_{name}");
    }

    // W3C Baggage, as the specification writes both lists: key=value pairs with commas between them, values percent-encoded.
    private static KeyValuePair<string, string>[] Pairs(string? text) => [.. (text ?? "").Split(',')
        .Select(pair => pair.Split('=', 2))
        .Where(pair => pair.Length == 2 && pair[0].Trim().Length > 0)
        .Select(pair => new KeyValuePair<string, string>(pair[0].Trim(), Uri.UnescapeDataString(pair[1].Trim())))];
}
