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
    /// <param name="token">Ends the work.</param>
    /// <returns>Bytes in a second.</returns>
    public static double Rate(HashJob job, IHashDevice device, int number, CancellationToken token)
    {
        HashItem[] ranges = Ranges(job, number);
        HashJob sample = new(job.Algorithm, job.Directory, ranges, job.Threads, new HashProgress());
        Stopwatch clock = Stopwatch.StartNew();
        HashScheduler.Run(sample, device, token);
        return sample.Progress.BytesTotal / Math.Max(clock.Elapsed.TotalSeconds, 1e-6);
    }

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
