using System.Diagnostics;

namespace ModelSigning.Core.Hashing.Measuring;

/// <summary>How fast something hashed.</summary>
internal sealed record HashMeasurement
{
    /// <summary>The digest algorithm.</summary>
    public required DigestAlgorithm Algorithm { get; init; }

    /// <summary>What computed it: an engine of the processor (<c>Avx512 lanes</c>, <c>OpenSSL</c>, …) or the device's name.</summary>
    public required string Engine { get; init; }

    /// <summary>How many processor threads worked.</summary>
    public required int Threads { get; init; }

    /// <summary>How many bytes were hashed in one round.</summary>
    public required long Bytes { get; init; }

    /// <summary>How long a round took: the median of several.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Whether this is what the module itself takes for that work on this machine.</summary>
    public required bool IsDefault { get; init; }

    /// <summary>The rate in bytes per second.</summary>
    public double BytesPerSecond => Bytes / Duration.TotalSeconds;
}

/// <summary>A device that is measured, under the name that a person knows it by.</summary>
/// <param name="Name">The name.</param>
/// <param name="Device">The device.</param>
internal sealed record MeasuredDevice(string Name, IHashDevice Device);

/// <summary>
/// Measures how fast this machine hashes: the processor's engines by themselves, or devices on someone's files. Everything is measured in
/// rounds, each of which has every engine once, and the median is reported: what else the machine does meets all of them alike.
/// </summary>
internal static class HashBenchmark
{
    /// <summary>Measures every engine of the processor, on one thread, on bytes in its cache.</summary>
    /// <param name="rounds">How many rounds; at least 1.</param>
    /// <param name="roundDuration">How long each engine runs in a round.</param>
    /// <param name="cancellationToken">Ends it between two engines.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IReadOnlyList<HashMeasurement> MeasureEngines(int rounds, TimeSpan roundDuration, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        List<HashEngine> engines = [.. HashEngine.All()];
        try
        {
            List<double>[] secondsPerCall = [.. engines.Select(_ => new List<double>())];
            engines.ForEach(engine => engine.Hash());
            for (int round = 0; round < rounds; round++)
            {
                for (int at = 0; at < engines.Count; at++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    secondsPerCall[at].Add(Repeat(engines[at].Hash, roundDuration));
                }
            }

            return
            [
                .. engines.Select((engine, at) => new HashMeasurement
                {
                    Algorithm = engine.Algorithm,
                    Engine = engine.Name,
                    Threads = 1,
                    Bytes = HashEngine.Length,
                    Duration = Median(secondsPerCall[at]),
                    IsDefault = engine.IsDefault,
                }),
            ];
        }
        finally
        {
            engines.ForEach(engine => engine.Dispose());
        }
    }

    /// <summary>Measures devices on files, reading included.</summary>
    /// <param name="directory">The folder that the items' names are relative to.</param>
    /// <param name="items">What to hash.</param>
    /// <param name="algorithms">The algorithms, each of which every device is measured with.</param>
    /// <param name="devices">The devices; the first is taken for the module's default.</param>
    /// <param name="threads">How many processor threads each may use.</param>
    /// <param name="rounds">How many rounds; at least 1. One more goes before them, which fills the system's cache.</param>
    /// <param name="cancellationToken">Ends it within 100 ms.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="Errors.ModelSigningException">A file could not be hashed, or a device failed.</exception>
    public static IReadOnlyList<HashMeasurement> MeasureFiles(
        string directory,
        IReadOnlyList<HashItem> items,
        IReadOnlyList<DigestAlgorithm> algorithms,
        IReadOnlyList<MeasuredDevice> devices,
        int threads,
        int rounds,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(algorithms);
        ArgumentNullException.ThrowIfNull(devices);
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        List<(DigestAlgorithm Algorithm, MeasuredDevice Device)> cases =
            [.. algorithms.SelectMany(algorithm => devices.Select(device => (algorithm, device)))];
        List<double>[] seconds = [.. cases.Select(_ => new List<double>())];
        long bytes = 0;
        for (int round = -1; round < rounds; round++)
        {
            for (int at = 0; at < cases.Count; at++)
            {
                HashProgress progress = new();
                Stopwatch watch = Stopwatch.StartNew();
                HashJob job = new(cases[at].Algorithm, directory, items, threads, progress);
                HashScheduler.Run(job, cases[at].Device.Device, cancellationToken);
                double elapsed = watch.Elapsed.TotalSeconds;
                foreach (Errors.ModelSigningException error in job.Failures.Values)
                {
                    throw error;
                }

                bytes = progress.BytesTotal;
                if (round >= 0)
                {
                    seconds[at].Add(elapsed);
                }
            }
        }

        return
        [
            .. cases.Select((measured, at) => new HashMeasurement
            {
                Algorithm = measured.Algorithm,
                Engine = measured.Device.Name,
                Threads = threads,
                Bytes = bytes,
                Duration = Median(seconds[at]),
                IsDefault = ReferenceEquals(measured.Device, devices[0]),
            }),
        ];
    }

    // The seconds of one call, out of as many as fit the duration.
    private static double Repeat(Action call, TimeSpan duration)
    {
        Stopwatch watch = Stopwatch.StartNew();
        int calls = 0;
        do
        {
            call();
            calls++;
        }
        while (watch.Elapsed < duration);

        return watch.Elapsed.TotalSeconds / calls;
    }

    private static TimeSpan Median(List<double> seconds)
    {
        seconds.Sort();
        int middle = seconds.Count / 2;
        return TimeSpan.FromSeconds(seconds.Count % 2 == 0 ? (seconds[middle - 1] + seconds[middle]) / 2 : seconds[middle]);
    }
}
