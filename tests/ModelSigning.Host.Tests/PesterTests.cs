using System.Diagnostics;
using System.Text.Json;
using ModelSigning.Testing;

namespace ModelSigning.Host.Tests;

/// <summary>The Pester suite, run as a whole in one process of the host; one test here is one of its files.</summary>
public sealed class PesterTests(PesterTests.Suite suite) : IClassFixture<PesterTests.Suite>
{
    private static readonly string Folder = Path.Join(SharedData.RepositoryRoot, "tests", "Pester");

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.Tests.ps1").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_test_of_a_file_passes(string file)
    {
        PesterResult[] results = [.. suite.Results.Where(result => result.File == file)];
        Assert.NotEmpty(results);
        string[] failed = [.. results.Where(result => result.Result is not ("Passed" or "Skipped")).Select(result => $"{result.Name}: {result.Message}")];
        Assert.True(failed.Length == 0, $"{failed.Length} of {results.Length} failed:\n{string.Join('\n', failed)}");
    }

    [Fact]
    public void No_test_of_the_suite_was_skipped()
    {
        PesterResult[] skipped = [.. suite.Results.Where(result => result.Result == "Skipped")];
        Assert.SkipWhen(skipped.Length > 0, $"{skipped.Length} tests of the Pester suite were skipped:\n{string.Join('\n', skipped.Select(result => $"{result.File}: {result.Name}: {result.Message}"))}");
    }

    /// <summary>One run of the suite.</summary>
    public sealed class Suite : IDisposable
    {
        private const int NotRestored = 3;

        private readonly TemporaryFolder _folder = new();
        private readonly Lazy<PesterResult[]> _results;

        /// <summary>A run that begins when its results are first asked for.</summary>
        public Suite() => _results = new(Run);

        internal PesterResult[] Results => _results.Value;

        /// <inheritdoc/>
        public void Dispose() => _folder.Dispose();

        private PesterResult[] Run()
        {
            ProcessStartInfo start = HostProcess.StartInfo("-File", Path.Join(Folder, "suite.ps1"), "-ResultPath", _folder["results.json"]);
            HostResult result = HostProcess.Run(start);
            Assert.SkipWhen(result.ExitCode == NotRestored, $"The Pester suite was not run. {result.Error}");
            Assert.True(File.Exists(_folder["results.json"]), result.Output + result.Error);
            return JsonSerializer.Deserialize<PesterResult[]>(File.ReadAllBytes(_folder["results.json"]))!;
        }
    }
}

/// <summary>How a test of the Pester suite ended.</summary>
/// <param name="File">Its file's name.</param>
/// <param name="Name">Its name, those of its blocks before it.</param>
/// <param name="Result">Passed, Failed, Skipped, or another word of Pester's.</param>
/// <param name="Message">Why it failed or was skipped.</param>
internal sealed record PesterResult(string File, string Name, string Result, string Message);
