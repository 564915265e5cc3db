namespace ModelSigning.Benchmarks;

/// <summary>The rows of hashing alone, each contender a whole process that lists the files too.</summary>
internal static class HashingRows
{
    private const int Threads = 2;
    private const long MiB = 1 << 20, GiB = 1 << 30;

    public static IEnumerable<Row> All =>
    [
        OneFile("1 x 4 GiB, sha256", _ =>
        [
            Contender.Engine("sha256", Threads),
            Contender.Program("openssl dgst", "version", "openssl", path => ["dgst", "-sha256", path]),
        ], result => result.Ratios(1.02)),
        OneFile("1 x 4 GiB, blake3, 1 thread", _ =>
        [
            Contender.Engine("blake3", 1),
            Contender.Program("b3sum", "--version", "b3sum", path => ["--num-threads", "1", path]),
        ], result => result.Ratios(1.5)),
        OneFile("1 x 4 GiB, blake3, 1 thread, no mmap", _ =>
        [
            Contender.Engine("blake3", 1),
            Contender.Program("b3sum --no-mmap", "--version", "b3sum", path => ["--no-mmap", "--num-threads", "1", path]),
        ], result => result.Ratios(1.15)),
        OneFile("1 x 4 GiB, blake3, 2 threads", _ =>
        [
            Contender.Engine("blake3", Threads),
            Contender.Program("b3sum", "--version", "b3sum", path => ["--num-threads", "2", path]),
        ], result => result.Ratios(1.2)),
        Lanes("64 x 64 MiB, sha256", "sha256", 2.2, (files, scale) => files.Add(64, 64 * MiB / scale)),
        Lanes("64 x 64 MiB, blake2b", "blake2b", 3.6, (files, scale) => files.Add(64, 64 * MiB / scale)),
        Lanes("mixed: 1 x 2 GiB, 16 x 128 MiB, 5,000 x 64 KiB, sha256", "sha256", 1.4,
            (files, scale) => files.Add(16, 128 * MiB / scale).Add(5000 / scale, 64 * 1024).Add(1, 2 * GiB / scale)),
        new("20,000 x 16 KiB, sha256", (files, scale) => files.Add(20_000 / scale, 16 * 1024), _ =>
        [
            Contender.Engine("sha256", Threads),
            Contender.OneStreamAThread("sha256", Threads),
        ], result => $"{result.Workload.Bytes / result.Own.Seconds / 1e9:F2} GB/s (at least 1.3 where one stream gives 1.8); {result.Workload.Bytes / result.Own.Seconds / 0.13e9:F1} times the Python reference's 0.13 GB/s (at least 5)"),
    ];

    private static Row OneFile(string name, Func<Workload, Contender?[]> contenders, Func<Result, string> judge) =>
        new(name, (files, scale) => files.Add(1, 4 * GiB / scale), contenders, judge) { IsComparison = true };

    private static Row Lanes(string name, string algorithm, double target, Action<Workload, int> inputs) => new($"{name}, 2 threads", inputs, _ =>
    [
        Contender.Engine(algorithm, Threads),
        Contender.OneStreamAThread(algorithm, Threads),
    ], result => result.Ratios(target)) { IsComparison = true };
}
