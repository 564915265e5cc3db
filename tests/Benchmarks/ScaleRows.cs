using System.Globalization;

namespace ModelSigning.Benchmarks;

/// <summary>The rows of datasets and stores: many files, a small change of a large model, and many models.</summary>
internal static class ScaleRows
{
    private const long KiB = 1 << 10, MiB = 1 << 20, GiB = 1 << 30;

    public static IEnumerable<Row> All =>
    [
        Row("200,000 x 0 to 1 KiB verified", (files, scale) => files.Add(200_000 / scale, Small), Verify, sign: true,
            result => $"{result.Own.Seconds:F2} s, {Memory(result)} (at most 4 s, 230 MB)"),
        Row("1,000,000 x 0 to 1 KiB, the manifest", (files, scale) => files.Add(1_000_000 / scale, Small), (files, path) => $"Get-ModelManifest '{path}' -OutFile '{files.Beside("m.jsonl")}' -Force", sign: false,
            result => PerFile(result, 10)),
        Row("1,000,000 x 0 to 1 KiB signed", (files, scale) => files.Add(1_000_000 / scale, Small), SignAlone, sign: false, result => PerFile(result, 8)),
        Row("1,000,000 x 0 to 1 KiB signed with -ManifestFile", (files, scale) => files.Add(1_000_000 / scale, Small), Sign, sign: false, result => PerFile(result, 18)),
        Row("1,000,000 x 0 to 1 KiB verified", (files, scale) => files.Add(1_000_000 / scale, Small), Verify, sign: true, result => PerFile(result, 12)),
        Row("100 GB (sparse) and a card signed again after the card changed", AddSparse, Resign, sign: true,
            result => $"{result.Own.Seconds:F2} s, start and import included (under 2 s), {Memory(result)}"),
        new("10,000 models of two small files verified in one pipeline", (files, scale) => files.Add(20_000 / scale, Small, perFolder: 2), Models, OfModels),
        new("16 models of one file of 256 MiB, sha256, verified in one call, 2 threads", (files, scale) => files.Add(16, _ => 256 * MiB / scale, perFolder: 1), InOneCall, result => result.Ratios(1.7)),
        new("2,000 models of two small files verified in one call, 2 threads", (files, scale) => files.Add(4000 / scale, Small, perFolder: 2), InOneCall, result => result.Ratios(1)),
    ];

    private static Row Row(string name, Action<Workload, int> inputs, Func<Workload, string, string> work, bool sign, Func<Result, string> judge) =>
        new(name, inputs, files =>
        {
            Prepare(files, sign ? Sign : null);
            return [Contender.Host("ModelSigning", path => work(files, path))];
        }, judge);

    private static void Prepare(Workload files, Func<Workload, string, string>? sign)
    {
        Contender.Host("", _ => $"New-ModelSigningKey -Path '{files.Beside("key.pem")}' -PublicKeyPath '{files.Beside("key.pub")}' -NoPassword | Out-Null").Run(files.Path);
        if (sign is not null)
        {
            Contender.Host("", path => sign(files, path)).Run(files.Path);
        }
    }

    // All of them, the first thousand for the memory, and all of them while others take the processors.
    private static Contender[] Models(Workload files)
    {
        Prepare(files, SignEach);
        Contender all = Contender.Host("ModelSigning", path => VerifyEach(files, path, ""));
        return [all, Contender.Host("the first 1,000", path => VerifyEach(files, path, " | Select-Object -First 1000")), all.BesideBusy(2)];
    }

    private static Contender[] InOneCall(Workload files)
    {
        Prepare(files, SignEach);
        string verify = $"Test-ModelSignature -PublicKey '{files.Beside("key.pub")}' -ThrottleLimit 2 -Quiet";
        return
        [
            Contender.Host("ModelSigning", path => $"if (-not ({verify} -LiteralPath ([IO.Directory]::GetDirectories('{path}')))) {{ throw 'not valid' }}"),
            Contender.Host("the same one by one in a pipeline", path => $"if (-not ([IO.Directory]::GetDirectories('{path}') | {verify})) {{ throw 'not valid' }}"),
        ];
    }

    private static string OfModels(Result result)
    {
        Cost first = result.Standings[1].Cost, busy = result.Standings[2].Cost;
        return string.Create(CultureInfo.InvariantCulture,
            $"{result.Own.Seconds / result.Workload.Files * 2e3:F2} ms a model with the start (at most 0.6), {Memory(result)} against {first.PeakBytes / 1e6:F0} MB of the first 1,000 (the same), {busy.Seconds / result.Own.Seconds:F2} times as long beside two busy processes (at most 3 on two processors)");
    }

    private static long Small(int number) => number * 7919L % 1025;

    private static void AddSparse(Workload files, int scale)
    {
        for (int number = 0; number < 10; number++)
        {
            files.AddSparse(10 * GiB / scale);
        }

        files.Add(1, KiB);
    }

    private static string SignAlone(Workload files, string path) =>
        $"New-ModelSignature '{path}' -SignaturePath '{files.Beside("s.sig")}' -PrivateKey '{files.Beside("key.pem")}' -Force -WarningAction Ignore | Out-Null";

    // With what -Reuse needs the next time.
    private static string Sign(Workload files, string path) =>
        $"New-ModelSignature '{path}' -SignaturePath '{files.Beside("s.sig")}' -ManifestFile '{files.Beside("m.jsonl")}' -PrivateKey '{files.Beside("key.pem")}' -HashAlgorithm blake3 -Force -WarningAction Ignore | Out-Null";

    // The bytes that the card has depend on when it was written, so that it is another each time.
    private static string Resign(Workload files, string path) =>
        $"[DateTime]::UtcNow.Ticks | Set-Content '{path}/card.md'; New-ModelSignature '{path}' -SignaturePath '{files.Beside("s.sig")}' -ManifestFile '{files.Beside("m.jsonl")}' -Reuse '{files.Beside("m.jsonl")}' -PrivateKey '{files.Beside("key.pem")}' -HashAlgorithm blake3 -Force | Out-Null";

    private static string Verify(Workload files, string path) =>
        $"if (-not (Test-ModelSignature '{path}' -SignaturePath '{files.Beside("s.sig")}' -PublicKey '{files.Beside("key.pub")}' -Quiet)) {{ throw 'not valid' }}";

    private static string SignEach(Workload files, string path) =>
        $"Get-ChildItem '{path}' -Directory | New-ModelSignature -PrivateKey '{files.Beside("key.pem")}' -Force | Out-Null";

    // Get-ChildItem would keep all folders itself, which is not the memory that is asked about.
    private static string VerifyEach(Workload files, string path, string selection) =>
        $"if (-not ([IO.Directory]::EnumerateDirectories('{path}'){selection} | Test-ModelSignature -PublicKey '{files.Beside("key.pub")}' -Quiet)) {{ throw 'not valid' }}";

    private static string PerFile(Result result, int most) => string.Create(CultureInfo.InvariantCulture,
        $"{result.Own.Seconds / result.Workload.Files * 1e6:F1} us a file with the start (at most {most}), {result.Own.ProcessorSeconds / result.Workload.Files * 1e6:F1} us of processor time, {Memory(result)} (at most {150 + (result.Workload.Files * 400 / 1e6):F0} MB)");

    private static string Memory(Result result) => $"{result.Own.PeakBytes / 1e6:F0} MB";
}
