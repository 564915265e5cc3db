using System.Diagnostics;
using System.Management.Automation;
using ModelSigning.Core.Hashing;

namespace ModelSigning;

/// <summary>A progress bar over the bytes that are hashed: how many, how fast, how long still. Nothing is shown for short work.</summary>
/// <param name="activity">The bar's heading.</param>
/// <param name="progress">The counter, which the hashing threads move and this only reads.</param>
internal sealed class ProgressDisplay(string activity, HashProgress progress)
{
    private const int ActivityId = 0x4D53;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly string _activity = Printable.Of(activity);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _shownAt;
    private TimeSpan _startedAt;
    private long _bytesAtStart;
    private bool _shown;

    /// <summary>The next record, when 100 ms have passed since the last one and there is something to show; otherwise null.</summary>
    internal ProgressRecord? Due()
    {
        TimeSpan now = _clock.Elapsed;
        long total = progress.BytesTotal;
        if (now - _shownAt < Interval || total == 0)
        {
            return null;
        }

        long done = Math.Min(progress.BytesDone, total);
        if (!_shown)
        {
            // Listing the files took its time before; the rate is that of the hashing.
            (_startedAt, _bytesAtStart, _shown) = (now, done, true);
        }

        _shownAt = now;
        double seconds = (now - _startedAt).TotalSeconds;
        double rate = seconds > 0 ? (done - _bytesAtStart) / seconds : 0;
        return new ProgressRecord(ActivityId, _activity, Status(done, total, rate))
        {
            PercentComplete = (int)(100 * (double)done / total),
            SecondsRemaining = rate > 0 ? (int)Math.Min(int.MaxValue, (total - done) / rate) : -1,
        };
    }

    /// <summary>The record that takes the bar away; null when none was shown.</summary>
    internal ProgressRecord? Completed() => _shown
        ? new ProgressRecord(ActivityId, _activity, "Done") { RecordType = ProgressRecordType.Completed }
        : null;

    private static string Status(long done, long total, double rate) => rate > 0
        ? $"{Quantity.Size(done)} of {Quantity.Size(total)}, {Quantity.Size(rate)}/s"
        : $"{Quantity.Size(done)} of {Quantity.Size(total)}";
}
