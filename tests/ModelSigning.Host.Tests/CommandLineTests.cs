using ModelSigning.Testing;

namespace ModelSigning.Host.Tests;

public class CommandLineTests
{
    [Fact]
    public void Arguments_of_a_script_are_bound_as_pwsh_binds_them()
    {
        using TemporaryFolder folder = new();
        string script = folder.Write("script.ps1",
            "param([string] $Name, [switch] $Flag, [switch] $Off, [Parameter(ValueFromRemainingArguments)] $Rest) \"$Name|$Flag|$Off|$($Rest -join ',')\"");
        HostResult result = HostProcess.Run(script, "-Name", "a \"b\" $(c); d", "-Flag", "-Off:$false", "-2", "--three", "$env:PATH");
        Assert.Equal("a \"b\" $(c); d|True|False|-2,--three,$env:PATH\n", result.Output);
    }

    [Fact]
    public void A_script_knows_where_it_lies()
    {
        using TemporaryFolder folder = new();
        string script = folder.Write("a [b]/script.ps1", "\"$PSScriptRoot|$PSCommandPath|$($MyInvocation.MyCommand.Path)\"");
        string root = Path.GetDirectoryName(script)!;
        Assert.Equal($"{root}|{script}|{script}\n", HostProcess.Run("-File", script).Output);
    }

    [Fact]
    public void The_words_after_Command_are_one_text() => Assert.Equal("3\n", HostProcess.Run("-NoProfile", "-Command", "1", "+", "2").Output);

    [Fact]
    public void Help_says_what_the_host_is_for_and_what_it_stands_in_for()
    {
        HostResult result = HostProcess.Run("--help");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Use pwsh for everything else.", result.Output, StringComparison.Ordinal);
        Assert.Contains("Get-ChildItem, Join-Path", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_question_is_an_error_when_the_host_is_not_interactive()
    {
        HostResult result = HostProcess.Run("-NonInteractive", "-Command", "function f { param([Parameter(Mandatory)] $Name) $Name }; f");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Name", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("param([Parameter(Mandatory)] [string] $Value) \"got $Value\"", "text\n", "got text\n")]
    [InlineData("param([Parameter(Mandatory)] [int[]] $Value) \"got $($Value -join '+')\"", "1\n2\n\n", "got 1+2\n")]
    [InlineData("param([Parameter(Mandatory)] [securestring] $Value) \"got $($Value.GetType().Name) of $($Value.Length)\"", "secret\n", "got SecureString of 6\n")]
    [InlineData("[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param() if ($PSCmdlet.ShouldProcess('x')) { 'got it' } else { 'got no' }", "n\n", "got no\n")]
    [InlineData("[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param() if ($PSCmdlet.ShouldProcess('x')) { 'got it' } else { 'got no' }", "\n", "got it\n")]
    public void A_question_is_answered_from_the_standard_input(string body, string input, string output)
    {
        using TemporaryFolder folder = new();
        HostResult result = HostProcess.Run(HostProcess.StartInfo(folder.Write("script.ps1", body)), input);
        Assert.Equal(output, result.Output);
    }

    [Fact]
    public void A_secret_is_not_shown()
    {
        HostResult result = HostProcess.Run(HostProcess.StartInfo("-Command", "$null = $Host.UI.ReadLineAsSecureString(); 'read'"), "hunter2\n");
        Assert.Equal("read\n", result.Output);
        Assert.DoesNotContain("hunter2", result.Error, StringComparison.Ordinal);
    }
}
