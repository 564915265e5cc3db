using ModelSigning.Core.Bundles;
using ModelSigning.Core.Input;
using ModelSigning.Sigstore.Keys;
using ModelSigning.Sigstore.TransparencyLog;
using ModelSigning.Sigstore.Trust;

namespace ModelSigning.Sigstore.Verifying;

/// <summary>
/// Verifies log entries: promise, checkpoint and proof. An entry of a log that the trusted root does not list is left out, because
/// it cannot be judged; an entry of a listed log that fails is a refusal, because leaving it out would let a broken proof ride along.
/// </summary>
internal static class LogEntryStep
{
    private const string Step = "transparency log";

    internal static IReadOnlyList<LogEvidence> Verify(SignedContent content, TrustedRoot root, int threshold, Findings findings)
    {
        HashSet<(string, long)> seen = [];
        List<LogEvidence> verified = [];
        List<string> unknown = [];
        foreach (TransparencyLogEntry entry in content.Entries)
        {
            string logId = Hexadecimal.Write(entry.LogId.Span);
            if (!seen.Add((logId, entry.LogIndex)))
            {
                throw SigstoreErrors.LogThreshold.At($"The entry {entry.LogIndex} of the log {logId} is present twice.");
            }

            LogInstance[] listed = [.. root.TransparencyLogs.Where(log => log.LogId.Span.SequenceEqual(entry.LogId.Span))];
            if (listed.Length == 0)
            {
                unknown.Add(logId);
                findings.Add(Step, $"skipped the entry {entry.LogIndex} of the log {logId}, which the trusted root does not list");
                continue;
            }

            verified.Add(VerifyEntry(entry, listed));
            findings.Add(Step, $"entry {entry.LogIndex} of {verified[^1].Instance.BaseUrl} verified");
        }

        int logs = verified.Select(entry => entry.Instance.CountedAs).Distinct(StringComparer.Ordinal).Count();
        if (logs < threshold)
        {
            throw logs == 0 && unknown.Count > 0
                ? SigstoreErrors.LogUnknown.At(
                    $"The signature is in the log {string.Join(", ", unknown)}, which the trusted root '{root.Source}' does not list; it lists {Listed(root)}.")
                : SigstoreErrors.LogThreshold.At(
                    $"The signature is in {logs} transparency logs of different operators in the trusted root, but must be in {threshold}.");
        }

        return verified;
    }

    private static LogEvidence VerifyEntry(TransparencyLogEntry entry, LogInstance[] listed)
    {
        // A log can be listed several times, for several periods of one key; all of them count.
        LogInstance[] usable = [.. listed.Where(log => log.Key is not null)];
        if (usable.Length == 0)
        {
            throw SigstoreErrors.LogUnknown.At($"The entry {entry.LogIndex} of {listed[0].BaseUrl} cannot be verified: {listed[0].Unusable}.");
        }

        LogInstance log = usable[0];
        DateTimeOffset? time = VerifyPromise(entry, usable, log.Key!);
        if (entry.InclusionProof is { Checkpoint: not null } proof)
        {
            VerifyProof(entry, proof, usable, log.Key!);
        }

        // The entry's own index is signed in the promise only; without one, the proof's is what was verified.
        long index = entry.SignedEntryTimestamp is null ? entry.InclusionProof!.LogIndex : entry.LogIndex;
        return new LogEvidence(new VerifiedLogEntry(log.BaseUrl, index, $"{entry.Kind} {entry.KindVersion}", time), entry, log, usable);
    }

    /// <summary>The time that the promise confirms; null without a promise, and in Rekor v2, whose entries have no such time.</summary>
    private static DateTimeOffset? VerifyPromise(TransparencyLogEntry entry, LogInstance[] listed, VerificationKey key)
    {
        if (entry.SignedEntryTimestamp is not { } promise)
        {
            return null;
        }

        if (!SignedEntryTimestamp.Verify(entry, promise.Span, key))
        {
            throw SigstoreErrors.LogSet.At($"The signed entry timestamp of the entry {entry.LogIndex} was not made by the log {listed[0].BaseUrl}, or not for this entry and time.");
        }

        if (entry.IntegratedTime == 0 || (entry.Kind, entry.KindVersion) is not (("hashedrekord" or "dsse", "0.0.1") or ("intoto", "0.0.2")))
        {
            return null;
        }

        if (entry.IntegratedTime > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            throw SigstoreErrors.LogSet.At($"The log entry {entry.LogIndex} has the time {entry.IntegratedTime}, which is out of range.");
        }

        DateTimeOffset time = DateTimeOffset.FromUnixTimeSeconds(entry.IntegratedTime);
        return listed.Any(log => log.ValidFor.Contains(time))
            ? time
            : throw SigstoreErrors.LogSet.At(
                $"The log {listed[0].BaseUrl} took the entry {entry.LogIndex} at {Rfc3339.Write(time)}, but its key is valid from {LogInstance.Periods(listed)}.");
    }

    private static void VerifyProof(TransparencyLogEntry entry, InclusionProof proof, LogInstance[] listed, VerificationKey key)
    {
        Checkpoint checkpoint = Checkpoint.Parse(proof.Checkpoint!);
        checkpoint.Verify([.. listed.SelectMany(log => log.CheckpointNames)], [.. listed.Select(log => log.CheckpointHint)], key);
        if (checkpoint.Size != (ulong)proof.TreeSize || !checkpoint.RootHash.Span.SequenceEqual(proof.RootHash.Span))
        {
            throw SigstoreErrors.LogCheckpoint.At(
                $"The proof of the entry {entry.LogIndex} is for a tree of {proof.TreeSize} entries with the root {Hexadecimal.Write(proof.RootHash.Span)}, " +
                $"but the log's checkpoint is for one of {checkpoint.Size} with the root {Hexadecimal.Write(checkpoint.RootHash.Span)}.");
        }

        byte[]? computed = MerkleTree.RootFromPath(
            (ulong)proof.LogIndex, checkpoint.Size, MerkleTree.LeafHash(entry.CanonicalizedBody.Span), proof.Hashes);
        if (computed is null || !checkpoint.RootHash.Span.SequenceEqual(computed))
        {
            throw SigstoreErrors.LogProof.At(computed is null
                ? $"The inclusion proof of the entry {entry.LogIndex} has {proof.Hashes.Count} hashes, which do not lead from leaf {proof.LogIndex} to the root of a tree of {checkpoint.Size} entries."
                : $"The inclusion proof of the entry {entry.LogIndex} leads to the root {Hexadecimal.Write(computed)}, but the log's root is {Hexadecimal.Write(checkpoint.RootHash.Span)}.");
        }
    }

    private static string Listed(TrustedRoot root) => root.TransparencyLogs.Count == 0
        ? "none"
        : string.Join(", ", root.TransparencyLogs.Select(log => log.BaseUrl.ToString()));
}
