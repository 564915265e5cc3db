using System.Diagnostics;
using ModelSigning.Testing;

namespace ModelSigning.Host.Tests;

public class RenderingTests
{
    [Fact]
    public void An_error_names_its_file_and_line_and_goes_to_the_standard_error()
    {
        using TemporaryFolder folder = new();
        string script = folder.Write("script.ps1", "'first'\nthrow 'boom'\n");
        HostResult result = HostProcess.Run(script);
        Assert.Equal("first\n", result.Output);
        Assert.Equal($"Exception: {script}:2\nLine |\n   2 |  throw 'boom'\n     |  ~~~~~~~~~~~~\n     | boom\n", result.Error.TrimEnd() + "\n");
    }

    [Fact]
    public void A_written_error_goes_to_the_standard_error_and_warnings_to_the_output()
    {
        HostResult result = HostProcess.Run("-Command", "Write-Warning 'careful'; Write-Error 'bad'; Write-Verbose 'seen' -Verbose; Write-Verbose 'unseen'");
        Assert.Equal("WARNING: careful\nVERBOSE: seen\n", result.Output);
        Assert.Equal("Write-Error: bad\n", result.Error);
    }

    [Fact]
    public void A_redirected_table_is_plain_and_120_columns_wide()
    {
        HostResult result = HostProcess.Run("-Command", "[pscustomobject]@{ Name = 'x' * 100; Value = 'y' * 100 }");
        Assert.DoesNotContain('\u001b', result.Output);
        Assert.Contains("Name", result.Output, StringComparison.Ordinal);
        Assert.InRange(result.Output.Split('\n').Max(line => line.Length), 100, 120);
    }

    [Fact]
    public void An_unknown_command_that_pwsh_has_gets_a_hint()
    {
        HostResult result = HostProcess.Run("-Command", "Format-Table");
        Assert.Contains("This host has no Format-Table; pwsh has.", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("pwsh has", HostProcess.Run("-Command", "No-SuchCommand").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_is_not_drawn_into_a_pipe()
    {
        HostResult result = HostProcess.Run("-Command",
            "$Host.UI.WriteProgress(1, [Management.Automation.ProgressRecord]::new(1, 'Hashing', 'half')); 'done'");
        Assert.Equal(("done\n", ""), (result.Output, result.Error));
    }

    [Fact]
    public void No_telemetry_is_written()
    {
        using TemporaryFolder home = new();
        ProcessStartInfo start = HostProcess.StartInfo("-Command", "'done'");
        foreach (string variable in new[] { "HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME" })
        {
            start.Environment[variable] = home.FullPath;
        }

        start.Environment.Remove("POWERSHELL_TELEMETRY_OPTOUT");
        Assert.Equal("done\n", HostProcess.Run(start).Output);
        Assert.Empty(Directory.EnumerateFiles(home.FullPath, "*telemetry*", SearchOption.AllDirectories));
    }
}
