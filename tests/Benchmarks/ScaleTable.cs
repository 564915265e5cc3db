using System.Globalization;

namespace ModelSigning.Benchmarks;

/// <summary>What a signature of a large dataset costs besides hashing: each step a process of its own, over resources that have no files.</summary>
internal static class ScaleTable
{
    private static readonly int[] Counts = [100_000, 1_000_000, 5_000_000];

    public static int Run(Options options)
    {
        IEnumerable<int> counts = options.Rows.Any(word => word == "files") ? [] : Counts.Select(count => count / options.Scale);
        PublishedPrograms.Publish();
        Console.WriteLine("| resources | step | us a resource (at most 6), of processor time with the start | peak memory, bytes a resource without 150 MB and the payload (at most 400) | signature |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (int count in counts)
        {
            string folder = Directory.CreateTempSubdirectory("modelsigning-benchmark-").FullName;
            try
            {
                Measure(folder, "make", count);
                foreach (string step in (string[])["join", "sign", "verify"])
                {
                    (double seconds, Cost cost) = Measure(folder, step, count);
                    long signature = step == "join" ? 0 : new FileInfo(Path.Join(folder, "dataset.sig")).Length;
                    double perResource = (cost.PeakBytes - 150e6 - (signature / 4 * 3)) / count;
                    Console.WriteLine($"| {count:N0} | {step} | {seconds / count * 1e6:F2}, {cost.ProcessorSeconds / count * 1e6:F2} | {cost.PeakBytes / 1e6:F0} MB, {Math.Max(0, perResource):F0} | {signature / 1e6:F0} MB |");
                }
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        return PerformanceTable.Run(options with { Rows = [.. options.Rows.Where(word => word != "files")] }, ScaleRows.All.Concat(HashingRows.All.Where(row => IsOfLargeFiles(row.Name))));
    }

    private static bool IsOfLargeFiles(string row) => (row.StartsWith("1 x 4 GiB, blake3", StringComparison.Ordinal) || row.StartsWith("64 x 64 MiB, sha256", StringComparison.Ordinal));

    private static (double Seconds, Cost Cost) Measure(string folder, string step, int count)
    {
        string report = Path.Join(folder, "report");
        Cost cost = MeasuredProcess.Run(PublishedPrograms.HashContender, "scale", step, folder, $"{count}", report);
        return (double.Parse(File.ReadAllText(report), CultureInfo.InvariantCulture), cost);
    }
}
