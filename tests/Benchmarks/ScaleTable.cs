using System.Globalization;

namespace ModelSigning.Benchmarks;

/// <summary>What a signature of a large dataset costs besides hashing: each step a process of its own, over resources that have no files.</summary>
internal static class ScaleTable
{
    private static readonly int[] Counts = [100_000, 1_000_000, 5_000_000];

    public static int Run(string[] arguments)
    {
        int[] counts = arguments.Length == 0 ? Counts : [.. arguments.Select(count => int.Parse(count, CultureInfo.InvariantCulture))];
        Console.WriteLine("| resources | step | us a resource (at most 6) | peak memory, bytes a resource without 150 MB and the payload (at most 400) | signature |");
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
                    Console.WriteLine($"| {count:N0} | {step} | {seconds / count * 1e6:F2} | {cost.PeakBytes / 1e6:F0} MB, {Math.Max(0, perResource):F0} | {signature / 1e6:F0} MB |");
                }
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        return 0;
    }

    private static (double Seconds, Cost Cost) Measure(string folder, string step, int count)
    {
        string report = Path.Join(folder, "report");
        Cost cost = MeasuredProcess.Run("dotnet", "exec", typeof(ScaleTable).Assembly.Location, "scale-step", step, folder, $"{count}", report);
        return (double.Parse(File.ReadAllText(report), CultureInfo.InvariantCulture), cost);
    }
}
