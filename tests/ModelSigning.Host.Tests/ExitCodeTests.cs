using ModelSigning.Testing;

namespace ModelSigning.Host.Tests;

public class ExitCodeTests
{
    [Theory]
    [InlineData("'done'", 0)]
    [InlineData("exit 0", 0)]
    [InlineData("exit 5", 5)]
    [InlineData("'before'; exit 3; 'after'", 3)]
    [InlineData("Write-Error 'the script goes on'", 0)]
    [InlineData("[CmdletBinding()] param() $PSCmdlet.WriteError([Management.Automation.ErrorRecord]::new([Exception]::new('x'), 'X', 0, 1))", 0)]
    [InlineData("throw 'it ends here'", 1)]
    [InlineData("if (", 1)]
    [InlineData("#requires -Version 99\n'never'", 1)]
    [InlineData("$ErrorActionPreference = 'Stop'; Get-Command No-SuchCommand", 1)]
    public void A_script_file_ends_with_the_code_that_pwsh_gives(string script, int code)
    {
        using TemporaryFolder folder = new();
        Assert.Equal(code, HostProcess.Run("-File", folder.Write("script.ps1", script)).ExitCode);
    }

    [Theory]
    [InlineData("'done'", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("Write-Error 'last'", 1)]
    [InlineData("Write-Error 'not last'; 'done'", 0)]
    [InlineData("throw 'it ends here'", 1)]
    [InlineData("if (", 1)]
    public void A_command_ends_with_the_code_that_pwsh_gives(string command, int code) =>
        Assert.Equal(code, HostProcess.Run("-Command", command).ExitCode);

    [Fact]
    public void A_native_programs_code_is_the_scripts_own_business()
    {
        using TemporaryFolder folder = new();
        string script = folder.Write("script.ps1", "& dotnet no-such-command 2>&1 | Out-Null; \"code $LASTEXITCODE\"");
        HostResult result = HostProcess.Run(script);
        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("code ", result.Output, StringComparison.Ordinal);
        Assert.NotEqual("code 0\n", result.Output);
    }

    [Theory]
    [InlineData]
    [InlineData("-File")]
    [InlineData("-Command")]
    [InlineData("no-such-script.ps1")]
    [InlineData("--no-such-option")]
    public void A_command_line_that_cannot_be_used_is_refused_with_a_sentence(params string[] arguments)
    {
        HostResult result = HostProcess.Run(arguments);
        Assert.Equal(64, result.ExitCode);
        Assert.Contains("--help", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }
}
