using BenchmarkDotNet.Attributes;
using ModelSigning.Core.Hashing.Measuring;

namespace ModelSigning.Benchmarks;

/// <summary>Each engine of the processor, on one thread, on bytes in its cache.</summary>
public class KernelBenchmark
{
    private HashEngine? _engine;

    [ParamsSource(nameof(Names))]
    public string Engine { get; set; } = "";

    public static IEnumerable<string> Names
    {
        get
        {
            foreach (HashEngine engine in HashEngine.All())
            {
                using (engine)
                {
                    yield return NameOf(engine);
                }
            }
        }
    }

    [GlobalSetup]
    public void SetUp() => _engine = HashEngine.All().First(engine => NameOf(engine) == Engine);

    [GlobalCleanup]
    public void CleanUp() => _engine?.Dispose();

    /// <summary>512 KiB.</summary>
    [Benchmark]
    public void Hash() => _engine!.Hash();

    private static string NameOf(HashEngine engine) => $"{engine.Algorithm} {engine.Name}";
}
