using ModelSigning.Testing;

namespace ModelSigning.Host.Tests;

public class QuickStartTests
{
    private static string Script => Path.Join(SharedData.RepositoryRoot, "docs", "quickstart.ps1");

    [Fact]
    public void The_quick_start_goes_through_every_step()
    {
        HostResult result = HostProcess.Run("-File", Script);
        Assert.Equal("", result.Error);
        Assert.Contains("\nEvery step did what it should.\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("weights/model.safetensors", result.Output, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public void The_readme_holds_its_commands_to_the_letter()
    {
        string readme = File.ReadAllText(Path.Join(SharedData.RepositoryRoot, "README.md"));
        Assert.Contains("\n    dotnet run --project src/ModelSigning.Host -- docs/quickstart.ps1\n    dotnet test\n", readme, StringComparison.Ordinal);
    }
}
