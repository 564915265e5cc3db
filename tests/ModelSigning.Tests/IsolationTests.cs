using System.Reflection;
using System.Reflection.Emit;
using ModelSigning.Testing;

namespace ModelSigning.Tests;

/// <summary>
/// The module beside another one that has loaded its own copy of a library that the engine uses too. Each case is a process of its
/// own, because an assembly that was loaded stays loaded.
/// </summary>
public sealed class IsolationTests
{
    private const string Library = "BouncyCastle.Cryptography";

    private const string Script = """
        param($foreign, $manifest, $model, $privateKey, $publicKey)
        $null = [Reflection.Assembly]::LoadFrom($foreign)
        Import-Module $manifest -ErrorAction Stop
        $null = New-ModelSignature $model -PrivateKey $privateKey -ErrorAction Stop
        "$((Test-ModelSignature $model -PublicKey $publicKey -ErrorAction Stop).Status)"
        foreach ($context in [Runtime.Loader.AssemblyLoadContext]::All) {
            if ($context.Name -eq 'ModelSigning') {
                $ours = $context.LoadFromAssemblyName([Reflection.AssemblyName]::new('BouncyCastle.Cryptography'))
                $ours.Location
                "$($null -ne $ours.GetType('Org.BouncyCastle.Asn1.Asn1Object'))"
            }
        }
        "$([Reflection.Assembly]::Load('BouncyCastle.Cryptography').Location)"
        """;

    [Theory]
    [InlineData("1.0.0.0")]
    [InlineData("2.0.0.0")]
    [InlineData("9.0.0.0")]
    public void A_foreign_copy_of_a_library_is_neither_used_nor_replaced(string version)
    {
        using SampleModel model = new();
        string dependencies = Path.Join(SharedData.RepositoryRoot, "module", "bin", "net10.0", "dependencies");
        string ours = Path.Join(dependencies, Library + ".dll");
        string foreign = MakeForeign(ours, new Version(version), model.Folder["foreign"]);
        string script = model.Folder.Write("isolation.ps1", Script);

        HostResult result = HostProcess.Run(script, foreign, ModuleSession.ManifestPath, model.Path, model.PrivateKey, model.PublicKey);
        Assert.Equal(("", 0), (result.Error, result.ExitCode));
        Assert.Equal(["Valid", ours, "True", foreign], result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Only_the_modules_own_assembly_lies_where_the_shell_would_look_for_neighbours() =>
        Assert.Equal(["ModelSigning.dll"], Directory.EnumerateFiles(Path.Join(SharedData.RepositoryRoot, "module", "bin", "net10.0"), "*.dll").Select(Path.GetFileName));

    // An assembly with the real name and the real public key, and nothing else in it.
    private static string MakeForeign(string real, Version version, string folder)
    {
        AssemblyName name = new(Library) { Version = version };
        name.SetPublicKey(AssemblyName.GetAssemblyName(real).GetPublicKey());
        PersistedAssemblyBuilder assembly = new(name, typeof(object).Assembly);
        assembly.DefineDynamicModule(Library).DefineType("Org.BouncyCastle.Nothing", TypeAttributes.Public).CreateType();
        string path = Path.Join(Directory.CreateDirectory(folder).FullName, Library + ".dll");
        assembly.Save(path);
        return path;
    }
}
