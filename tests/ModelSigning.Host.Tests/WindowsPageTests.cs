using System.Security.Cryptography;
using ModelSigning.Testing;

namespace ModelSigning.Host.Tests;

/// <summary>The pages on Windows: what runs on any system is executed as it is written, and what runs on Windows only is read by PowerShell's own parser.</summary>
public class WindowsPageTests
{
    // Of a command that this system has, every parameter must be one of its own.
    private const string Check = """
        $errors = $null
        $script = [Management.Automation.Language.Parser]::ParseFile("$PWD/block.ps1", [ref] $null, [ref] $errors)
        $errors.Message
        foreach ($command in $script.FindAll({ $args[0] -is [Management.Automation.Language.CommandAst] }, $true)) {
            $known = Get-Command $command.GetCommandName() -ErrorAction Ignore
            if ($known -is [Management.Automation.CmdletInfo]) {
                [Management.Automation.Language.StaticParameterBinder]::BindCommand($command).BindingExceptions.Values.BindingException.Message
            }
        }
        """;

    [Theory]
    [InlineData("windows.md")]
    [InlineData("windows-jobs.md")]
    public void A_block_for_Windows_only_is_valid_PowerShell_and_its_parameters_exist(string name)
    {
        using HowToPage page = new(name);
        Assert.NotEmpty(page.WindowsBlocks);
        foreach (string block in page.WindowsBlocks)
        {
            page.Folder.Write("block.ps1", block);
            Assert.Equal((0, "", ""), Outcome(page.Run(Check)));
        }

        page.Folder.Write("block.ps1", "Test-ModelSignature ./model -NoSuchParameter; if");
        Assert.Contains("NoSuchParameter", page.Run(Check).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_page_on_Windows_says_about_every_system_holds_here()
    {
        using HowToPage page = new("windows.md");
        // The first block constrains its session for good.
        string output = page.Run(0..1) + page.Run(1..);
        Assert.Contains("Valid", output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[", page.Run(1..2), StringComparison.Ordinal);
        Assert.Contains("weights.bin", File.ReadAllText(page.Folder["manifest.txt"]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_job_distinguishes_verified_models_from_others_and_from_a_failure_of_its_own()
    {
        using HowToPage page = new("windows-jobs.md");
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string job = Assert.Single(page.Blocks("powershell"));
        page.Folder.Write("release.key", key.ExportPkcs8PrivateKeyPem());
        page.Folder.Write("policy/release.pub", key.ExportSubjectPublicKeyInfoPem());
        page.Folder.Write("policy/models.json", """{ "version": 1, "rules": [{ "name": "ours", "models": ["release-*"], "signers": [{ "type": "key", "publicKey": "release.pub" }] }] }""");
        page.Folder.Write("models/release-7/weights.bin", "weights");
        Assert.Equal(0, page.Run("New-ModelSignature ./models/release-7 -PrivateKey ./release.key").ExitCode);
        Assert.Equal((0, "Verified: 1\n", ""), Outcome(page.Run(job)));

        page.Folder.Write("models/.hidden/weights.bin", "not signed");
        File.SetAttributes(page.Folder["models/.hidden"], FileAttributes.Directory | FileAttributes.Hidden);
        Assert.Equal(1, page.Run(job).ExitCode);
        Directory.Delete(page.Folder["models/.hidden"], recursive: true);

        page.Folder.Write("models/release-7/weights.bin", "changed");
        HostResult changed = page.Run(job);
        Assert.Equal(1, changed.ExitCode);
        Assert.Contains("ModelMismatch", changed.Output, StringComparison.Ordinal);

        Directory.Move(page.Folder["models"], page.Folder["unmounted"]);
        Directory.CreateDirectory(page.Folder["models"]);
        Assert.Equal(2, page.Run(job).ExitCode);
        page.Folder.Write("policy/models.json", "{}");
        HostResult failed = page.Run(job);
        Assert.Equal(2, failed.ExitCode);
        Assert.Contains("The job failed: ", failed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_job_that_a_page_schedules_says_where_its_relative_paths_start()
    {
        string[] lines = [.. Directory.GetFiles(Path.Join(SharedData.RepositoryRoot, "docs"), "*.md")
            .SelectMany(page => File.ReadAllText(page).ReplaceLineEndings("\n").Replace("`\n", "", StringComparison.Ordinal).Split('\n'))];
        string[] tasks = [.. lines.Where(line => line.StartsWith("schtasks /Create", StringComparison.Ordinal) || line.Contains("= New-ScheduledTaskAction", StringComparison.Ordinal))];
        string[] crontab = [.. lines.Where(line => line.Contains(" * * * ", StringComparison.Ordinal))];
        Assert.Equal((2, 1), (tasks.Length, crontab.Length));
        Assert.All(tasks, line => Assert.Contains(" -WorkingDirectory ", line, StringComparison.Ordinal));
        Assert.All(crontab, line => Assert.Contains(" cd /", line, StringComparison.Ordinal));
    }

    private static (int ExitCode, string Output, string Error) Outcome(HostResult result) => (result.ExitCode, result.Output, result.Error);
}
