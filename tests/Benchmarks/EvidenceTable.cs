using System.Diagnostics;
using System.Globalization;
using ModelSigning.Core.Cards;
using ModelSigning.Core.Claims;
using ModelSigning.Core.Content;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Lineage;
using ModelSigning.Core.Models;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing;

namespace ModelSigning.Benchmarks;

/// <summary>What cards, claims and lineage cost besides hashing, in one process. The first of each is shown by itself, because it compiles the code.</summary>
internal static class EvidenceTable
{
    private const int Claims = 10_000, Models = 50, SmallRuns = 300, SmallRounds = 9;

    private static readonly HashSettings Hashing = new() { Device = new CpuHashDevice(), Threads = 1 };

    public static int Run()
    {
        Console.WriteLine("| work | first | again | processor time |");
        Console.WriteLine("|---|---|---|---|");
        using TemporaryFolder folder = new();
        using EcPrivateKey key = EcPrivateKey.Generate(EcCurve.P256);
        using EcPrivateKey claimant = EcPrivateKey.Generate(EcCurve.P256);
        MeasureCard();
        MeasureClaims(folder, key, claimant);
        MeasureLineage(folder, key);
        MeasureSmallModel(folder, key);
        return 0;
    }

    private static void MeasureCard()
    {
        LargeModel model = new();
        Print($"card and references of {LargeModel.Shards} shards, {model.Length / 1e9:F0} GB, {model.Tensors} tensors (under 1 s besides hashing)", () =>
        {
            ContentCapture capture = new();
            model.Observe(capture);
            IReadOnlyList<CapturedFile> files = capture.Files();
            ModelInspection inspection = ModelInspection.Of(capture, CancellationToken.None);
            Card card = CardReader.Read(files, CancellationToken.None);
            Require(card.Refusals.Count == 0 && inspection.Uninspected.Count == 0 && card.Weights.Sum(weights => weights.Parameters) > 70_000_000_000, "The card is not the one that was made.");
        });
    }

    private static void MeasureClaims(TemporaryFolder folder, EcPrivateKey key, EcPrivateKey claimant)
    {
        string model = Model(folder, "claimed", "license: mit", key);
        VerificationResult verified = Verify(model, key, Hashing);
        string path = folder["claimed.claims.jsonl"];
        ClaimRequest request = new()
        {
            ModelPath = model,
            SignaturePath = folder["models/claimed/model.sig"],
            ClaimsPath = path,
            PredicateType = "https://in-toto.io/attestation/test-result/v0.1",
            Predicate = """{"result":"PASSED","configuration":[]}"""u8.ToArray(),
            Hashing = Hashing,
        };
        ClaimSubject.Of(request, CancellationToken.None).Claim(request, new KeySigner(claimant), CancellationToken.None);
        string line = File.ReadAllText(path);
        using (StreamWriter writer = new(path))
        {
            for (int number = 0; number < Claims; number++)
            {
                writer.Write(line);
            }
        }

        Stopwatch clock = Stopwatch.StartNew();
        TimeSpan processor = Environment.CpuUsage.TotalTime, first = default;
        int count = 0;
        foreach (ClaimFinding finding in new ClaimVerifier(verified).VerifyFile(path, new KeyVerifier([claimant.PublicKey]), CancellationToken.None))
        {
            Require(finding.Claim is not null, "A claim does not count.");
            if (++count == 1)
            {
                first = clock.Elapsed;
                clock.Restart();
                processor = Environment.CpuUsage.TotalTime;
            }
        }

        processor = Environment.CpuUsage.TotalTime - processor;
        Print($"a claims file of {count:N0} lines, each line (at most 1 ms after the first)", first, clock.Elapsed / (count - 1), processor / (count - 1));
    }

    private static void MeasureLineage(TemporaryFolder folder, EcPrivateKey key)
    {
        for (int number = 0; number < Models; number++)
        {
            Model(folder, $"m{number}", number == Models - 1 ? "license: mit" : $"base_model: [m{number + 1}, m{Math.Min(number + 2, Models - 1)}]", key);
        }

        Dictionary<string, LineageFacts> known = new(StringComparer.Ordinal);
        Print($"lineage of {Models} models, every model verified, as HTML", () =>
        {
            known.Clear();
            Graph(folder, known, key);
        });
        Print($"lineage of {Models} models with cached verdicts, as HTML (under 2 s)", () => Graph(folder, known, key));
    }

    private static void Graph(TemporaryFolder folder, Dictionary<string, LineageFacts> known, EcPrivateKey key)
    {
        LineageGraph graph = LineageGraph.Of(folder["models/m0"], new StoreSearch([folder["models"]], FileSystemRules.Current), path => known.TryGetValue(path, out LineageFacts? facts) ? facts : known[path] = Facts(path, key), new(1000, 64), null, CancellationToken.None);
        Require(graph.Nodes.Count == Models && LineagePage.Write(graph, DateTimeOffset.UnixEpoch).Contains("<svg", StringComparison.Ordinal), "The graph has other models.");
    }

    private static LineageFacts Facts(string path, EcPrivateKey key)
    {
        ContentCapture capture = new();
        VerificationResult verified = Verify(path, key, Hashing with { Observer = capture });
        IReadOnlyList<CapturedFile> files = capture.Files();
        return new("Valid", "")
        {
            Files = new VerifiedFiles(verified, CancellationToken.None),
            RootDigest = Hexadecimal.Write(verified.Statement.Statement.RootDigest!.Value.Span),
            Named = CardAncestors.Of(CardReader.Read(files, CancellationToken.None), ModelInspection.Of(capture, CancellationToken.None).References),
        };
    }

    // What the result of every verification that is not -Quiet has besides the verdict.
    private static void MeasureSmallModel(TemporaryFolder folder, EcPrivateKey key)
    {
        string model = Model(folder, "small", "license: mit\nbase_model: org/base\ndatasets: [a/b, c/d]\nlanguage: [en, de]\ntags: [x, y, z]", key);
        void Repeat(bool inspects, bool card)
        {
            for (int run = 0; run < SmallRuns; run++)
            {
                ContentCapture? capture = inspects ? new() : null;
                _ = Verify(model, key, Hashing with { Observer = capture });
                _ = capture is null ? null : ModelInspection.Of(capture, CancellationToken.None);
                _ = card ? CardReader.Read(capture!.Files(), CancellationToken.None) : null;
            }
        }

        // In turns, because the code of the first runs is not yet the optimised one.
        (string Name, Action Work)[] variants =
        [
            ("a model of two small files, verified", () => Repeat(inspects: false, card: false)),
            ("the same with references and what runs", () => Repeat(inspects: true, card: false)),
            ("the same with its card as well", () => Repeat(inspects: true, card: true)),
        ];
        (TimeSpan Clock, TimeSpan Processor)[][] rounds = [.. Enumerable.Range(0, SmallRounds).Select(_ => variants.Select(variant => Time(variant.Work)).ToArray())];
        for (int index = 0; index < variants.Length; index++)
        {
            (TimeSpan Clock, TimeSpan Processor)[] last = [.. rounds.Skip(SmallRounds / 2).Select(round => round[index])];
            Print($"{variants[index].Name} (mean of {SmallRuns})", rounds[0][index].Clock / SmallRuns, last.Min(one => one.Clock) / SmallRuns, last.Min(one => one.Processor) / SmallRuns);
        }
    }

    private static string Model(TemporaryFolder folder, string name, string matter, EcPrivateKey key)
    {
        folder.Write($"models/{name}/config.json", """{"model_type":"llama","architectures":["LlamaForCausalLM"],"max_position_embeddings":4096,"torch_dtype":"bfloat16"}""");
        folder.Write($"models/{name}/README.md", $"---\n{matter}\n---\n# {name}\n");
        ModelSigner.Sign(new() { ModelPath = folder[$"models/{name}"], CurrentDirectory = folder.FullPath, Signer = new KeySigner(key), Hashing = Hashing }, CancellationToken.None);
        return folder[$"models/{name}"];
    }

    private static VerificationResult Verify(string model, EcPrivateKey key, HashSettings hashing) => ModelVerifier.Verify(new()
    {
        ModelPath = model,
        CurrentDirectory = Path.GetDirectoryName(model)!,
        Verifier = new KeyVerifier([key.PublicKey]),
        Hashing = hashing,
    }, CancellationToken.None);

    private static void Print(string name, Action work)
    {
        (TimeSpan first, _) = Time(work);
        (TimeSpan Clock, TimeSpan Processor)[] again = [.. Enumerable.Range(0, 3).Select(_ => Time(work))];
        Print(name, first, again.Select(one => one.Clock).Order().ElementAt(1), again.Select(one => one.Processor).Order().ElementAt(1));
    }

    private static (TimeSpan Clock, TimeSpan Processor) Time(Action work)
    {
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        Stopwatch clock = Stopwatch.StartNew();
        work();
        return (clock.Elapsed, Environment.CpuUsage.TotalTime - processor);
    }

    private static void Print(string name, TimeSpan first, TimeSpan again, TimeSpan processor) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"| {name} | {first.TotalMilliseconds:F1} ms | {again.TotalMilliseconds:F2} ms | {processor.TotalMilliseconds:F2} ms |"));

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidOperationException(message);
        }
    }
}
