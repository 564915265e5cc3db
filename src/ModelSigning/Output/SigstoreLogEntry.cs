using ModelSigning.Sigstore.Verifying;

namespace ModelSigning;

/// <summary>Where a transparency log holds a signature. Verified.</summary>
public sealed class SigstoreLogEntry
{
    internal SigstoreLogEntry(string log, long logIndex, string kind, DateTimeOffset? integratedTime) =>
        (Log, LogIndex, Kind, IntegratedTime) = (log, logIndex, kind, integratedTime);

    /// <summary>The log's address.</summary>
    public string Log { get; }

    /// <summary>The entry's index in the log.</summary>
    public long LogIndex { get; }

    /// <summary>The entry's kind and version.</summary>
    public string Kind { get; }

    /// <summary>When the log took the entry, in UTC, if the log confirms it.</summary>
    public DateTimeOffset? IntegratedTime { get; }

    /// <inheritdoc/>
    public override string ToString() => Invariant($"{Log} {LogIndex}");

    internal static SigstoreLogEntry[] Of(SigstoreVerification verification) =>
        [.. verification.LogEntries.Select(entry => new SigstoreLogEntry(entry.Log.ToString(), entry.LogIndex, entry.Kind, entry.IntegratedTime?.ToUniversalTime()))];
}
