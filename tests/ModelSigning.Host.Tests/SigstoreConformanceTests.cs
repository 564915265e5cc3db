using System.ComponentModel;
using System.Diagnostics;
using ModelSigning.Testing;

namespace ModelSigning.Host.Tests;

/// <summary>The adapter of the Sigstore conformance protocol, through the shared runner; each case by path and by digest.</summary>
public class SigstoreConformanceTests
{
    [Fact]
    public void Cases_of_each_kind_pass_through_the_adapter_and_are_refused_for_their_own_reason()
    {
        string runner = SharedData.Require("conformance/sigstore.py");
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The adapter's launcher is a shell script.");
        using TemporaryFolder folder = new();
        string reasons = folder.Write("reasons.json", """{"set-invalid-signature_fail": "^.*LOG-SET: ", "managed-key-no-key_fail": "^.*KEY: "}""");
        Report(runner, SharedData.Require("testdata/sigstore"), "--entrypoint", Path.Join(SharedData.RepositoryRoot, "tests", "conformance", "sigstore"),
            "--default-trusted-root", SharedData.Require("testdata/trust/production_trusted_root.json"), "--reasons", reasons, "-j", "2",
            "-k", "happy-path-v0.1", "-k", "rekor2-dsse-happy-path", "-k", "managed-key-happy-path", "-k", "managed-key-no-key_fail", "-k", "set-invalid-signature_fail");
    }

    [Fact]
    public void The_historical_bundles_of_models_verify_through_the_adapter_with_the_embedded_trust()
    {
        string runner = SharedData.Require("conformance/oms.py");
        SharedData.Require("testdata/oms/test");
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The adapter's launcher is a shell script.");
        Report(runner, "--entrypoint", Path.Join(SharedData.RepositoryRoot, "tests", "conformance", "oms"), "--only", "sigstore", "--sigstore-verify", "-j", "2");
    }

    private static void Report(params string[] arguments)
    {
        ProcessStartInfo start = new("python3", arguments) { RedirectStandardOutput = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("python3, which runs the shared cases, is not installed.");
            return;
        }

        using (process)
        {
            string report = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, report);
            Assert.Contains(" 0 failed", report, StringComparison.Ordinal);
            Assert.DoesNotContain("0 passed", report.Split('\n').Where(line => line.EndsWith("skipped", StringComparison.Ordinal)).Select(line => line.Split(',')[0]));
        }
    }
}
