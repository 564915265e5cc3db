using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Tracing;

/// <summary>
/// What the engine does, for OpenTelemetry: an activity for each signing, verification, hashing and service call, and their durations
/// and bytes as metrics. Attributes carry the names of the reference implementations (<c>model_signing.*</c>). No secret is ever in
/// one: an error is its identifier, and of a service's address only host and port are told.
/// </summary>
public static class Traces
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "ModelSigning";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<double> Durations =
        Meter.CreateHistogram("model_signing.operation.duration", "s", "How long an operation took.", null, new InstrumentAdvice<double>
        {
            // From a small file to a day's work.
            HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200],
        });
    private static readonly Counter<long> HashedBytes =
        Meter.CreateCounter<long>("model_signing.hashed_bytes", "By", "Bytes of models that were hashed.");

    private static long Finished;

    /// <summary>How many operations have ended since the process started.</summary>
    public static long Ended => Interlocked.Read(ref Finished);

    /// <summary>Does something as an activity.</summary>
    /// <param name="name">The activity's name: <c>Sign</c>, <c>Verify</c>, <c>Hash</c>, <c>UpdateTrust</c>.</param>
    /// <param name="attributes">What describes it; asked for only when someone listens.</param>
    /// <param name="work">What is done.</param>
    public static T Run<T>(string name, Func<IEnumerable<KeyValuePair<string, object?>>> attributes, Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        ArgumentNullException.ThrowIfNull(work);
        using Operation operation = new(name, null, attributes);
        return operation.Watch(work);
    }

    /// <summary>Calls a service, as an activity.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="work">The call; it tells what it learns with <see cref="TagServer"/> and <see cref="TagAnswer"/>.</param>
    public static T Call<T>(string service, Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        using Operation operation = new("Request", service, () => [new("peer.service", service)]);
        return operation.Watch(work);
    }

    /// <inheritdoc cref="Call"/>
    public static async Task<T> CallAsync<T>(string service, Func<Task<T>> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        using Operation operation = new("Request", service, () => [new("peer.service", service)]);
        return await operation.WatchAsync(work);
    }

    /// <summary>Adds an attribute to the activity of the running operation, if anyone listens.</summary>
    public static void Tag(string key, object? value)
    {
        // Without a listener of ours the current activity, if any, is someone else's.
        if (Activity.Current is { } activity && activity.Source == Source)
        {
            activity.SetTag(key, value);
        }
    }

    /// <summary>Says which server the running call talks to.</summary>
    public static void TagServer(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Tag("server.address", address.Host);
        Tag("server.port", address.Port);
    }

    /// <summary>Says how the server answered the running call.</summary>
    public static void TagAnswer(HttpStatusCode status) => Tag("http.response.status_code", (int)status);

    /// <summary>Counts bytes that were hashed.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="algorithm">The digest algorithm's identifier.</param>
    public static void CountHashed(long bytes, string algorithm) => HashedBytes.Add(bytes, new KeyValuePair<string, object?>("algorithm", algorithm));

    /// <summary>What is running: an activity, and its duration when it ends.</summary>
    private sealed class Operation : IDisposable
    {
        private readonly string _name;
        private readonly string? _service;
        private readonly Activity? _activity;
        private readonly long _started = Stopwatch.GetTimestamp();
        private string _outcome = "ok";

        internal Operation(string name, string? service, Func<IEnumerable<KeyValuePair<string, object?>>> attributes)
        {
            (_name, _service) = (name, service);
            _activity = Source.StartActivity(name, service is null ? ActivityKind.Internal : ActivityKind.Client);
            foreach ((string key, object? value) in _activity is null ? [] : attributes())
            {
                _activity!.SetTag(key, value);
            }
        }

        internal T Watch<T>(Func<T> work)
        {
            try
            {
                return work();
            }
            catch (Exception error)
            {
                Failed(error);
                throw;
            }
        }

        internal async Task<T> WatchAsync<T>(Func<Task<T>> work)
        {
            try
            {
                return await work();
            }
            catch (Exception error)
            {
                Failed(error);
                throw;
            }
        }

        public void Dispose()
        {
            TagList tags = new() { { "operation", _name }, { "outcome", _outcome } };
            if (_service is not null)
            {
                tags.Add("peer.service", _service);
            }

            Durations.Record(Stopwatch.GetElapsedTime(_started).TotalSeconds, tags);
            _activity?.Dispose();
            Interlocked.Increment(ref Finished);
        }

        private void Failed(Exception error)
        {
            _outcome = error is ModelSigningException refusal ? refusal.Definition.Id : error.GetType().Name;
            _activity?.SetTag("error.type", _outcome).SetStatus(ActivityStatusCode.Error, _outcome);
        }
    }
}
