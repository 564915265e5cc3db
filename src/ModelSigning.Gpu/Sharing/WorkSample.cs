using System.Diagnostics;
using ModelSigning.Core.Hashing;

namespace ModelSigning.Gpu.Sharing;

/// <summary>
/// A small part of a job, in ranges of its own files and with as many streams, that tells how fast a device would do the whole. Its
/// digests are thrown away.
/// </summary>
internal static class WorkSample
{
    /// <summary>The sample is a sixty-fourth of the job: two of them cost 3 %.</summary>
    public const int Fraction = 64;

    private const int MostRanges = 1 << 14;

    private const int ShortestRange = 64 << 10;

    /// <summary>Measures a device.</summary>
    /// <param name="job">The job.</param>
    /// <param name="device">The device.</param>
    /// <param name="number">
    /// Which sample: each is of other bytes, so that the first device does not bring the second's into the system's cache.
    /// </param>
    /// <param name="limit">The time after which it is of no interest any more how fast the device is; infinite for none.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>What was hashed in which time; nothing if the limit ended it.</returns>
    public static MeasuredRate Rate(HashJob job, IHashDevice device, int number, TimeSpan limit, CancellationToken token)
    {
        HashItem[] ranges = Ranges(job, number);
        if (ranges.Length > 0)
        {
            // A device compiles its kernels, and proves itself, with the first bytes that it is given: the whole job would pay that once.
            HashScheduler.Run(Sample(job, [ranges[0] with { Length = Math.Min(1, ranges[0].Length) }]), device, token);
        }

        HashJob sample = Sample(job, ranges);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        stop.CancelAfter(limit);
        Stopwatch clock = Stopwatch.StartNew();
        try
        {
            HashScheduler.Run(sample, device, stop.Token);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return default;
        }

        return new MeasuredRate(sample.Progress.BytesTotal, clock.Elapsed);
    }

    private static HashJob Sample(HashJob job, HashItem[] ranges) => new(job.Algorithm, job.Source, ranges, job.Threads, new HashProgress());

    private static HashItem[] Ranges(HashJob job, int number)
    {
        HashItem[] longest = [.. Enumerable.Range(0, job.Items.Count).Where(job.IsPending).Select(item => job.Items[item]).OrderByDescending(item => item.Length).Take(MostRanges)];
        long wanted = Math.Max(ShortestRange, longest.Sum(item => item.Length) / Fraction / Math.Max(1, longest.Length));
        return
        [
            .. longest.Select(item =>
            {
                long length = Math.Min(wanted, item.Length);
                return new HashItem(item.Name, item.Offset + Math.Min(number * length, item.Length - length), length, EndsFile: false);
            }),
        ];
    }
}
