using ModelSigning.Testing;

namespace ModelSigning.Host.Tests;

public class StandInTests
{
    [Theory]
    [InlineData("Join-Path 'a' 'b' 'c' | Split-Path -Leaf", "c")]
    [InlineData("(Join-Path 'a' 'b') -eq \"a$([IO.Path]::DirectorySeparatorChar)b\"", "True")]
    [InlineData("Split-Path (Join-Path 'a' 'b')", "a")]
    [InlineData("Write-Output 1 2 | ForEach-Object { $_ + 1 }", "2 3")]
    [InlineData("(Write-Output -NoEnumerate @(1, 2)).Count", "2")]
    [InlineData("Test-Path '{0}/a.txt'; Test-Path '{0}/*.txt'; Test-Path '{0}/b.txt'", "True True False")]
    [InlineData("Test-Path '{0}' -PathType Leaf; Test-Path '{0}' -PathType Container", "False True")]
    [InlineData("Test-Path -LiteralPath '{0}/we[i]rd' -PathType Container; Test-Path '{0}/we[i]rd'", "True False")]
    [InlineData("(Get-ChildItem '{0}').Name", "we[i]rd a.txt")]
    [InlineData("(Get-ChildItem -LiteralPath '{0}/we[i]rd').Name", "inside.txt")]
    [InlineData("(Get-ChildItem '{0}' -Recurse -File -Filter '*.txt').Name", "a.txt inside.txt")]
    [InlineData("(Get-ChildItem '{0}' -Directory).Name", "we[i]rd")]
    [InlineData("$null = New-Item '{0}/new' -ItemType Directory; Test-Path '{0}/new' -PathType Container", "True")]
    [InlineData("$null = New-Item '{0}/new.txt' -Value 'text'; [IO.File]::ReadAllText('{0}/new.txt')", "text")]
    [InlineData("Remove-Item -LiteralPath '{0}/we[i]rd' -Recurse; (Get-ChildItem '{0}').Name", "a.txt")]
    [InlineData("Remove-Item '{0}/a.txt' -WhatIf; Test-Path '{0}/a.txt'", "What if: Performing the operation \"Remove\" on target \"{0}/a.txt\". True")]
    public void A_stand_in_does_what_the_command_of_pwsh_does(string command, string output)
    {
        using TemporaryFolder folder = new();
        folder.Write("a.txt", "a");
        folder.Write("we[i]rd/inside.txt", "b");
        string Placed(string text) => text.Replace("{0}", folder.FullPath, StringComparison.Ordinal);
        HostResult result = HostProcess.Run("-Command", Placed(command));
        Assert.Equal("", result.Error);
        Assert.Equal(Placed(output), result.Output.Trim().Replace('\n', ' '));
    }

    [Fact]
    public void An_error_of_a_stand_in_carries_the_identifier_of_the_command_in_pwsh()
    {
        HostResult result = HostProcess.Run("-Command",
            "Write-Error 'x' -ErrorId Mine 2>&1 | Out-Null; $Error[0].FullyQualifiedErrorId; try { Write-Error 'y' -ErrorAction Stop } catch { \"$_\" }");
        Assert.Equal("Mine,Write-Error\ny\n", result.Output);
    }
}
