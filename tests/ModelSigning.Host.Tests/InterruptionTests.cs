using System.Diagnostics;
using System.Globalization;
using ModelSigning.Testing;

namespace ModelSigning.Host.Tests;

public class InterruptionTests
{
    [Theory]
    [InlineData("INT", 2)]
    [InlineData("TERM", 15)]
    public async Task A_signal_stops_the_script_runs_its_finally_and_ends_with_130(string signal, int number)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send to another process.");
        Assert.SkipWhen(IsIgnored(number), $"The tests were started with SIG{signal} ignored, as a shell does in the background, and a child inherits that.");
        using TemporaryFolder folder = new();
        string script = folder.Write("script.ps1", "try { 'started'; while ($true) { } } finally { Write-Host 'cleaned up' }; 'never'");
        using Process process = Process.Start(HostProcess.StartInfo(script))!;
        Assert.Equal("started", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        using Process kill = Process.Start("kill", ["-s", signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        Assert.Equal("cleaned up\n", await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, process.ExitCode);
    }

    // Linux alone says which signals a process ignores.
    private static bool IsIgnored(int signal) =>
        OperatingSystem.IsLinux() &&
        File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } ignored &&
        (ulong.Parse(ignored.AsSpan("SigIgn:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (signal - 1) & 1) != 0;
}
