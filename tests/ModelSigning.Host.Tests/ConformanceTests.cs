using System.ComponentModel;
using System.Diagnostics;
using ModelSigning.Testing;

namespace ModelSigning.Host.Tests;

public class ConformanceTests
{
    [Theory]
    [InlineData("key")]
    public void Every_shared_case_of_a_method_passes_through_the_adapter(string method)
    {
        string runner = SharedData.Require("conformance/oms.py");
        SharedData.Require("testdata/oms/test");
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The adapter's launcher is a shell script.");
        ProcessStartInfo start = new("python3")
        {
            ArgumentList = { runner, "--entrypoint", Path.Join(SharedData.RepositoryRoot, "tests", "conformance", "oms"), "--only", method, "--strict", "-j", "2" },
            RedirectStandardOutput = true,
        };
        string report;
        int code;
        try
        {
            using Process process = Process.Start(start)!;
            report = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            code = process.ExitCode;
        }
        catch (Win32Exception)
        {
            Assert.Skip("python3, which runs the shared cases, is not installed.");
            return;
        }

        Assert.True(code == 0, report);
        Assert.Contains(" 0 failed", report, StringComparison.Ordinal);
    }

    [Fact]
    public void The_adapter_says_what_it_can() =>
        Assert.Contains("\"hash_algorithms\":[\"sha256\",\"blake2b\",\"blake3\"]", Adapter("capabilities").Output, StringComparison.Ordinal);

    [Theory]
    [InlineData]
    [InlineData("no-such-command")]
    [InlineData("sign-model", "--no-such-flag")]
    [InlineData("sign-model", "--method")]
    [InlineData("verify-model", "--method", "no-such-method", "--model-path", "x", "--bundle", "y")]
    [InlineData("benchmark-model", "--operation", "guess", "--model-path", "x")]
    public void What_the_adapter_cannot_do_ends_with_2_and_a_sentence(params string[] arguments)
    {
        HostResult result = Adapter(arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.NotEmpty(result.Error);
    }

    [Fact]
    public void A_refusal_ends_with_1_and_its_reason()
    {
        using TemporaryFolder folder = new();
        HostResult result = Adapter("sign-model", "--method", "key", "--private-key", folder["none.key"], "--model-path", folder["none"], "--output-bundle", folder["model.sig"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("none", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["model.sig"]));
    }

    [Theory]
    [InlineData("sign")]
    [InlineData("verify")]
    [InlineData("hash")]
    public void A_benchmark_gives_one_time_for_each_repetition(string operation)
    {
        using TemporaryFolder model = new();
        model.Write("weights.bin", new byte[100_000]);
        HostResult result = Adapter("benchmark-model", "--operation", operation, "--model-path", model.FullPath, "--repeat", "3", "--hash-algorithm", "blake3", "--shard-size", "30000", "--max-workers", "1");
        Assert.Equal("", result.Error);
        Assert.Matches("""^\{"times_ms":\[[0-9.E-]+,[0-9.E-]+,[0-9.E-]+\]\}\n$""", result.Output);
    }

    private static HostResult Adapter(params IEnumerable<string> arguments) =>
        HostProcess.Run(["-File", Path.Join(SharedData.RepositoryRoot, "tests", "conformance", "oms.ps1"), .. arguments]);
}
