using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;
using ModelSigning.Sigstore.Trust;

namespace ModelSigning.Sigstore.Verifying;

/// <summary>Brings the verified times together, and judges by them whether each log's key could be relied on.</summary>
internal static class TimeStep
{
    /// <summary>The times of timestamps and logs, earliest first.</summary>
    /// <exception cref="ModelSigningException">
    /// <see cref="SigstoreErrors.TimeMissing"/> where a certificate needs a time; <see cref="SigstoreErrors.LogCheckpoint"/> for a log
    /// whose key could not be relied on at any of them, or, where there is none, cannot be relied on now.
    /// </exception>
    internal static IReadOnlyList<VerifiedTime> Combine(
        IReadOnlyList<VerifiedTime> timestamps, IReadOnlyList<LogEvidence> entries, bool certificate, int threshold, DateTimeOffset now)
    {
        List<VerifiedTime> times = [.. timestamps];
        foreach (LogEvidence entry in entries)
        {
            if (entry.Verified.IntegratedTime is { } time)
            {
                times.Add(new VerifiedTime(time, TimeSourceKind.TransparencyLog, entry.Instance.BaseUrl.ToString()) { CountedAs = entry.Instance.CountedAs });
            }
        }

        int clocks = times.Select(time => time.CountedAs).Distinct(StringComparer.Ordinal).Count();
        if (certificate && clocks < Math.Max(1, threshold))
        {
            throw SigstoreErrors.TimeMissing.At(
                $"The signing time is confirmed by {clocks} timestamp authorities or Rekor v1 logs in the trusted root, but {Math.Max(1, threshold)} must confirm it.");
        }

        foreach (LogEvidence entry in entries)
        {
            // A log without a clock of its own is judged by the others': a key that was given up must not confirm new signatures. Without any, it must be in use today,
            // because whoever has a key that was given up can leave out what would show when the signature was made.
            if (entry.Verified.IntegratedTime is null && !Judged(times, now).Any(time => entry.Listings.Any(log => log.ValidFor.Contains(time))))
            {
                throw SigstoreErrors.LogCheckpoint.At(
                    (times.Count > 0 ? $"The signature was made at {Rfc3339.Write(times[0].Time)}" : "Nothing confirms when the signature was made")
                    + $", but the key of the log {entry.Instance.BaseUrl} is valid from {LogInstance.Periods(entry.Listings)}.");
            }
        }

        times.Sort((left, right) => left.Time.CompareTo(right.Time));
        return times;
    }

    private static IEnumerable<DateTimeOffset> Judged(List<VerifiedTime> times, DateTimeOffset now) => times.Count > 0 ? times.Select(time => time.Time) : [now];
}
