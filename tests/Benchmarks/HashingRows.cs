namespace ModelSigning.Benchmarks;

/// <summary>The rows of hashing alone, each contender a whole process that lists the files too.</summary>
internal static class HashingRows
{
    private const int Threads = 2;
    private const int KiB = 1 << 10, MiB = 1 << 20;
    private const long GiB = 1 << 30;

    public static IEnumerable<Row> All =>
    [
        new("1 x 4 GiB, sha256", (files, scale) => files.Add(1, 4 * GiB / scale), _ =>
        [
            Contender.Engine("sha256", Threads),
            Contender.Program("openssl dgst", "version", "openssl", path => ["dgst", "-sha256", path]),
        ], result => result.Ratios(1.02)) { WithStart = true },
        .. Blake3("in pages of 4 KiB", 4 * KiB),
        .. Blake3("in large pages", MiB),
        Lanes("64 x 64 MiB, sha256", "sha256", 2.2, (files, scale) => files.Add(64, 64L * MiB / scale)),
        Lanes("64 x 64 MiB, blake2b", "blake2b", 3.6, (files, scale) => files.Add(64, 64L * MiB / scale)),
        Lanes("64 x 64 MiB, sha256, without AVX-512", "sha256", 1, (files, scale) => files.Add(64, 64L * MiB / scale), avx512: false),
        Lanes("64 x 64 MiB, blake2b, without AVX-512", "blake2b", 1, (files, scale) => files.Add(64, 64L * MiB / scale), avx512: false),
        Lanes("mixed: 1 x 2 GiB, 16 x 128 MiB, 5,000 x 64 KiB, sha256", "sha256", 1.4,
            (files, scale) => files.Add(16, 128L * MiB / scale).Add(5000 / scale, 64 * KiB).Add(1, 2 * GiB / scale)),
        new("20,000 x 16 KiB, sha256", (files, scale) => files.Add(20_000 / scale, 16 * KiB), _ =>
        [
            Contender.Engine("sha256", Threads),
            Contender.OneStreamAThread("sha256", Threads),
        ], result => $"{result.Workload.Bytes / result.Own.Seconds / 1e9:F2} GB/s (at least 1.3 where one stream gives 1.8); {result.Workload.Bytes / result.Own.Seconds / 0.13e9:F1} times the Python reference's 0.13 GB/s (at least 5)"),
    ];

    // Linux keeps a file in pages as large as the pieces that it was written in, and what maps files is much faster with large ones.
    private static IEnumerable<Row> Blake3(string pages, int pieceLength)
    {
        return [Row("1 thread", 1, 1.5), Row("1 thread, no mmap", 1, 1.15, "--no-mmap"), Row("2 threads", 2, 1.2)];

        Row Row(string how, int threads, double target, params string[] options) =>
            new($"1 x 4 GiB, blake3, {how}, {pages}", (files, scale) => files.Add(1, 4 * GiB / scale, pieceLength), _ =>
            [
                Contender.Engine("blake3", threads),
                Contender.Program("b3sum", "--version", "b3sum", path => [.. options, "--num-threads", $"{threads}", path]),
            ], result => result.Ratios(target))
            { WithStart = true };
    }

    private static Row Lanes(string name, string algorithm, double target, Action<Workload, int> inputs, bool avx512 = true) => new($"{name}, 2 threads", inputs, _ =>
    [
        Contender.Engine(algorithm, Threads, avx512),
        Contender.OneStreamAThread(algorithm, Threads, avx512),
    ], result => result.Ratios(target))
    { WithStart = true };
}
