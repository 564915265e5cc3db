namespace ModelSigning.Benchmarks;

/// <summary>The rows of whole signatures: the host is started, the module imported, the model listed, hashed, signed and written.</summary>
internal static class SigningRows
{
    private const long KiB = 1 << 10, MiB = 1 << 20, GiB = 1 << 30;

    public static IEnumerable<Row> All =>
    [
        Signed("start: host, import and sign one file of 1 KiB", (files, _) => files.Add(1, KiB),
            result => $"{result.Own.Seconds:F2} s (under 0.6 s)"),
        Signed("100,000 x 4 KiB signed", (files, scale) => files.Add(100_000 / scale, 4 * KiB),
            result => $"{result.Own.Seconds / result.Workload.Files * 1e6:F0} us a file (at most 30; the Python reference 170), {result.Own.ProcessorSeconds / result.Workload.Files * 1e6:F0} us of processor time, {Memory(result)} (at most 200 MB)"),
        .. SignedAndVerified("1 x 4 GiB", "sha256", (files, scale) => files.Add(1, 4 * GiB / scale)),
        .. SignedAndVerified("1 x 4 GiB", "blake3", (files, scale) => files.Add(1, 4 * GiB / scale)),
        .. SignedAndVerified("64 x 64 MiB", "sha256", (files, scale) => files.Add(64, 64 * MiB / scale)),
        .. SignedAndVerified("20,000 x 16 KiB", "sha256", (files, scale) => files.Add(20_000 / scale, 16 * KiB)),
        Signed("1 x 16 GiB signed: memory", (files, scale) => files.AddSparse(16 * GiB / scale),
            result => $"{Memory(result)} (under 200 MB)"),
        Listed("10,000 x 0 to 1 KiB hashed", 10_000),
        Listed("100,000 x 0 to 1 KiB hashed", 100_000),
        Listed("1,000,000 x 0 to 1 KiB hashed", 1_000_000),
    ];

    private static Row Signed(string name, Action<Workload, int> inputs, Func<Result, string> judge, string algorithm = "sha256") => new(name, inputs, files =>
    {
        MakeKey(files);
        return
        [
            Contender.Host("New-ModelSignature", path => Sign(files, path, algorithm)),
            algorithm == "blake3" ? null : Contender.Program("Python model_signing", "--version", "model_signing", path =>
                ["sign", "key", path, "--private_key", files.Beside("key.pem"), "--signature", files.Beside("python.sig")]),
        ];
    }, judge);

    private static Row Verified(string name, Action<Workload, int> inputs, string algorithm) => new(name, inputs, files =>
    {
        MakeKey(files);
        Contender sign = Contender.Host("New-ModelSignature", path => Sign(files, path, algorithm));
        sign.Run(files.Path);
        sign.Run(files.OneByte);
        return
        [
            Contender.Host("Test-ModelSignature",
                path => $"Test-ModelSignature -Path '{path}' -SignaturePath '{path}.sig' -PublicKey '{files.Beside("key.pub")}' | Out-Null"),
        ];
    }, Rate)
    { WithStart = true };

    private static IEnumerable<Row> SignedAndVerified(string name, string algorithm, Action<Workload, int> inputs) =>
    [
        Signed($"{name} signed, {algorithm}", inputs, Rate, algorithm) with { WithStart = true },
        Verified($"{name} verified, {algorithm}", inputs, algorithm),
    ];

    // Its signature would be larger than any reader takes, so it is the manifest that is made.
    private static Row Listed(string name, int count) => new(name, (files, scale) => files.Add(count / scale, number => number * 7919L % 1025), _ =>
    [
        Contender.Host("Get-ModelManifest", path => $"Get-ModelManifest -Path '{path}' -RootDigest | Out-Null"),
    ], result => $"{result.Own.Seconds / result.Workload.Files * 1e6:F1} us a file, {result.Own.ProcessorSeconds / result.Workload.Files * 1e6:F1} us of processor time, {Memory(result)} (linear from 10,000; under 1 GB)");

    private static string Sign(Workload files, string path, string algorithm) =>
        $"New-ModelSignature -Path '{path}' -SignaturePath '{path}.sig' -PrivateKey '{files.Beside("key.pem")}' -HashAlgorithm {algorithm} -Force | Out-Null";

    private static void MakeKey(Workload files) => Contender.Host("",
        _ => $"New-ModelSigningKey -Path '{files.Beside("key.pem")}' -PublicKeyPath '{files.Beside("key.pub")}' -NoPassword | Out-Null").Run(files.Path);

    private static string Rate(Result result) =>
        $"{result.Workload.Bytes / result.Own.Seconds / 1e9:F2} GB/s, {result.Workload.Bytes / result.Standings[0].SecondsWithoutStart / 1e9:F2} GB/s without the start, {Memory(result)} (under 200 MB)";

    private static string Memory(Result result) => $"{result.Own.PeakBytes / 1e6:F0} MB";
}
