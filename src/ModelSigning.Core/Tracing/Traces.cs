using System.Diagnostics;
using System.Diagnostics.Metrics;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Tracing;

/// <summary>
/// What the engine does, for OpenTelemetry: an activity for each signing, verification, hashing and service call, and their durations
/// and bytes as metrics. Attributes carry the names of the reference implementations (<c>model_signing.*</c>). No secret is ever in
/// one: an error is its identifier, an address is without its query.
/// </summary>
public static class Traces
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "ModelSigning";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<double> Durations =
        Meter.CreateHistogram<double>("model_signing.operation.duration", "s", "How long an operation took.");
    private static readonly Counter<long> HashedBytes =
        Meter.CreateCounter<long>("model_signing.hashed_bytes", "By", "Bytes of models that were hashed.");

    // Lives as long as the process; null unless the OTEL_* variables ask for an export.
    private static readonly OtlpExporter? Exporter = OtlpSettings.FromEnvironment() is { } settings ? new OtlpExporter(settings) : null;

    /// <summary>Whether the process exports its activities itself.</summary>
    public static bool IsExported => Exporter is not null;

    /// <summary>Does something as an activity.</summary>
    /// <param name="name">The activity's name: <c>Sign</c>, <c>Verify</c>, <c>Hash</c>, or the service that is called.</param>
    /// <param name="attributes">What describes it; asked for only when somebody listens.</param>
    /// <param name="work">What is done.</param>
    /// <param name="kind">Internal, or client for a service call.</param>
    public static T Run<T>(string name, Func<IEnumerable<KeyValuePair<string, object?>>> attributes, Func<T> work, ActivityKind kind = ActivityKind.Internal)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        ArgumentNullException.ThrowIfNull(work);
        using Activity? activity = Source.StartActivity(name, kind);
        foreach ((string key, object? value) in activity is null ? [] : attributes())
        {
            activity!.SetTag(key, value);
        }

        long started = Stopwatch.GetTimestamp();
        string outcome = "ok";
        try
        {
            return work();
        }
        catch (Exception error)
        {
            outcome = error is ModelSigningException refusal ? refusal.Definition.Id : error.GetType().Name;
            activity?.SetTag("error.type", outcome).SetStatus(ActivityStatusCode.Error, outcome);
            throw;
        }
        finally
        {
            Durations.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new("operation", name), new("outcome", outcome));
        }
    }

    /// <summary>Adds an attribute to the activity of the running operation, if anybody listens.</summary>
    public static void Tag(string key, object? value)
    {
        // Without a listener of ours the current activity, if any, is somebody else's.
        if (Activity.Current is { } activity && activity.Source == Source)
        {
            activity.SetTag(key, value);
        }
    }

    /// <summary>Counts bytes that were hashed.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="algorithm">The digest algorithm's identifier.</param>
    public static void CountHashed(long bytes, string algorithm) => HashedBytes.Add(bytes, new KeyValuePair<string, object?>("algorithm", algorithm));
}
