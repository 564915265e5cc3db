using System.Xml.Linq;
using ModelSigning.Testing;

namespace ModelSigning.Host.Tests;

public class ManifestTests
{
    private static string Manifest => Path.Join(SharedData.RepositoryRoot, "ModelSigning.psd1");

    [Fact]
    public void The_manifests_version_is_the_assemblies_version()
    {
        XElement version = XDocument.Load(Path.Join(SharedData.RepositoryRoot, "Directory.Build.props")).Descendants("Version").Single();
        Assert.Contains($"ModuleVersion        = '{version.Value}'", File.ReadAllText(Manifest), StringComparison.Ordinal);
    }

    [Fact]
    public void The_manifest_is_made_of_literals_alone()
    {
        // The engine's own rule for data files, under which galleries read a manifest: nothing in it is evaluated.
        HostResult result = HostProcess.Run("-Command",
            $"[Management.Automation.Language.Parser]::ParseFile('{Manifest}', [ref] $null, [ref] $null).Find({{ $args[0] -is [Management.Automation.Language.HashtableAst] }}, $false).SafeGetValue().CompatiblePSEditions");
        Assert.Equal(("Core\n", ""), (result.Output, result.Error));
    }

    [Fact]
    public void The_module_imports_from_the_checkout_by_its_manifest()
    {
        using TemporaryFolder folder = new();
        string script = folder.Write("script.ps1", $"(Import-Module '{Manifest}' -PassThru).Name");
        HostResult result = HostProcess.Run(script);
        Assert.Equal(("ModelSigning\n", ""), (result.Output, result.Error));
    }
}
