using System.Diagnostics;
using ModelSigning.Testing;

namespace ModelSigning.Host.Tests;

/// <summary>The comparison of what failed in Wine with the list of what is expected to.</summary>
public class WindowsListTests
{
    private const string List = "# A comment\nA.b*\tthe reason\n\nA.*curve: \"x\")\tanother\n~A.race*\tmeets a writer now and then\n";

    [Theory]
    [InlineData("A.b1\nA.c(curve: \"x\")\n", "", 0, "2 failed, 0 of them not on the list; 0 lines")]
    [InlineData("A.b1\nA.c\n", "", 1, "Failed, and not on the list: A.c\n")]
    [InlineData("A.b1\n", "", 0, "1 failed, 0 of them not on the list; 0 lines")]
    [InlineData("A.b1\n", "all", 1, "On the list, and no longer fails: A.*curve: \"x\")\n")]
    [InlineData("A.b1\nA.b(curve: \"x\")\n", "all", 0, "2 failed, 0 of them not on the list; 0 lines")]
    [InlineData("A.b1\nA.b(curve: \"x\")\nA.race1\n", "all", 0, "3 failed, 0 of them not on the list; 0 lines")]
    [InlineData("", "all", 1, "2 lines of the list no longer fail")]
    [InlineData(null, "", 1, "")]
    public void What_is_not_on_the_list_fails_the_run_and_so_does_what_no_longer_fails(string? failed, string scope, int exitCode, string says)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script is for Linux.");
        using TemporaryFolder folder = new();
        if (failed is not null)
        {
            folder.Write("failed", failed);
        }

        string script = Path.Join(SharedData.RepositoryRoot, "tests", "windows", "compare.sh");
        ProcessStartInfo start = new("bash", [script, folder["failed"], folder.Write("list", List), scope]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(exitCode, Math.Min(process.ExitCode, 1));
        Assert.Contains(says, output, StringComparison.Ordinal);
    }
}
