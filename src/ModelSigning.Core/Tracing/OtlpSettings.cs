using System.Globalization;

namespace ModelSigning.Core.Tracing;

/// <summary>Where traces are sent (OpenTelemetry specification: SDK environment variables; OTLP exporter configuration).</summary>
/// <param name="Endpoint">The collector's address for traces.</param>
/// <param name="Headers">Headers of each request; they may hold a token and are never shown.</param>
/// <param name="Timeout">How long one export may take.</param>
/// <param name="Resource">What describes this process, <c>service.name</c> first.</param>
public sealed record OtlpSettings(
    Uri Endpoint, IReadOnlyList<KeyValuePair<string, string>> Headers, TimeSpan Timeout, IReadOnlyList<KeyValuePair<string, string>> Resource)
{
    private const string DefaultEndpoint = "http://localhost:4318";

    /// <summary>Reads the process's <c>OTEL_*</c> variables.</summary>
    /// <returns>Null when they do not ask for an export of traces, or name an address that is none.</returns>
    public static OtlpSettings? FromEnvironment() => From(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null);

    /// <summary>Reads the variables from anywhere.</summary>
    /// <param name="variable">Gives a variable's value, or null when it is not set or empty.</param>
    /// <returns><inheritdoc cref="FromEnvironment" path="/returns"/></returns>
    public static OtlpSettings? From(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        string? traces = variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), all = variable("OTEL_EXPORTER_OTLP_ENDPOINT"), exporter = variable("OTEL_TRACES_EXPORTER");
        bool asked = exporter?.Split(',').Contains("otlp", StringComparer.OrdinalIgnoreCase) ?? (traces ?? all) is not null;
        if (!asked || string.Equals(variable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase)
            || !Uri.TryCreate(traces ?? ((all ?? DefaultEndpoint).TrimEnd('/') + "/v1/traces"), UriKind.Absolute, out Uri? endpoint)
            || (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps))
        {
            return null;
        }

        string? limit = variable("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT") ?? variable("OTEL_EXPORTER_OTLP_TIMEOUT");
        int milliseconds = int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out int given) && given > 0 ? given : 10_000;
        return new OtlpSettings(
            endpoint,
            Pairs(variable("OTEL_EXPORTER_OTLP_TRACES_HEADERS") ?? variable("OTEL_EXPORTER_OTLP_HEADERS")),
            TimeSpan.FromMilliseconds(milliseconds),
            [new("service.name", variable("OTEL_SERVICE_NAME") ?? "model-signing"), .. Pairs(variable("OTEL_RESOURCE_ATTRIBUTES")).Where(pair => pair.Key != "service.name")]);
    }

    // W3C Baggage, as the specification writes both lists: key=value pairs with commas between them, values percent-encoded.
    private static KeyValuePair<string, string>[] Pairs(string? text) => [.. (text ?? "").Split(',')
        .Select(pair => pair.Split('=', 2))
        .Where(pair => pair.Length == 2 && pair[0].Trim().Length > 0)
        .Select(pair => new KeyValuePair<string, string>(pair[0].Trim(), Uri.UnescapeDataString(pair[1].Trim())))];
}
