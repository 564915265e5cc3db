using System.Management.Automation;

namespace ModelSigning.Tests;

/// <summary>The module as PowerShell sees it.</summary>
public sealed class ModuleTests
{
    [Fact]
    public void The_module_imports_with_every_command_that_its_manifest_names()
    {
        using ModuleSession session = new();
        PSObject module = Assert.Single(session.Run("Test-ModuleManifest $args[0]", ModuleSession.ManifestPath).ThrowIfFailed().Output);
        IEnumerable<string> named = ((PSModuleInfo)module.BaseObject).ExportedCmdlets.Keys.Order();
        IEnumerable<string> exported = session.Run("(Get-Module ModelSigning).ExportedCommands.Keys").ThrowIfFailed().Output
            .Select(name => (string)name.BaseObject).Order();
        Assert.Equal(named, exported);
    }
}
