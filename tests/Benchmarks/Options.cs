using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ModelSigning.Benchmarks;

/// <summary>What the command line asks for.</summary>
internal sealed record Options
{
    /// <summary>The rows of the table whose names contain one of these; all when there are none.</summary>
    public IReadOnlyList<string> Rows { get; init; } = [];

    /// <summary>How often each contender runs; the median counts.</summary>
    public int Rounds { get; private init; } = 5;

    /// <summary>By how much the large inputs are divided.</summary>
    public int Scale { get; private init; } = 1;

    /// <summary>The folder in which inputs are made; each is deleted after its rows.</summary>
    public string Folder { get; private init; } = Path.GetTempPath();

    public static bool TryParse(string[] arguments, [NotNullWhen(true)] out Options? options)
    {
        options = new Options();
        for (int at = 0; at < arguments.Length; at++)
        {
            string? value = at + 1 < arguments.Length ? arguments[at + 1] : null;
            switch (arguments[at])
            {
                case "--quick":
                    options = options with { Scale = 16, Rounds = 3 };
                    break;
                case "--rounds" when int.TryParse(value, CultureInfo.InvariantCulture, out int rounds) && rounds > 0:
                    options = options with { Rounds = rounds };
                    at++;
                    break;
                case "--folder" when value is not null:
                    options = options with { Folder = Path.GetFullPath(value) };
                    at++;
                    break;
                case "--rows" when value is not null:
                    options = options with { Rows = value.Split(',') };
                    at++;
                    break;
                default:
                    options = null;
                    return false;
            }
        }

        return true;
    }

    public static int Explain()
    {
        Console.WriteLine("""
            Benchmarks [--quick] [--rounds N] [--folder PATH] [--rows WORD,WORD]
              The table of docs/performance.md: every contender a process of its own, in turn, N times; the median counts.
              --quick   a sixteenth of the large inputs, three rounds: whether it works, not how fast it is
              --folder  where inputs are made and deleted (up to 6 GB, and a million small files); default: the system's temporary folder
              --rows    only rows whose names contain one of the words
            Benchmarks sigstore
              What verifying Sigstore bundles costs besides hashing.
            Benchmarks scale [--quick] [--rounds N] [--folder PATH] [--rows WORD,WORD]
              Datasets and stores: signatures of 100,000 to 5,000,000 resources without files (not with the word "files"), many files, many models, a small change.
            Benchmarks stores [--quick] [--rounds N] [--folder PATH] [--rows WORD,WORD]
              Models in stores of hubs and registries against the same bytes directly, packed layers, and tensors.
            Benchmarks evidence
              What cards, claims and lineage cost besides hashing.
            Benchmarks kernels [BenchmarkDotNet's options]
              Each engine alone, on bytes in its cache.
            """);
        return 2;
    }
}
