using System.Diagnostics;
using System.Text;
using System.Text.Json;
using ModelSigning.Testing;

namespace ModelSigning.Host.Tests;

public sealed class PackageTests(PackageTests.Build build) : IClassFixture<PackageTests.Build>, IDisposable
{
    private readonly TemporaryFolder _output = new();

    public static bool IsUnix => !OperatingSystem.IsWindows();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void A_packaged_module_signs_and_verifies()
    {
        string manifest = Path.Join(Folder, "ModelSigning.psd1");
        string script = _output.Write("script.ps1", $"""
            $ErrorActionPreference = 'Stop'
            Import-Module '{manifest}'
            $key = New-ModelSigningKey '{_output["a.key"]}' -NoPassword
            $signed = New-ModelSignature '{Folder}' -PrivateKey $key.PrivateKeyPath -SignaturePath '{_output["package.sig"]}' -WarningAction SilentlyContinue
            (Test-ModelSignature '{Folder}' -PublicKey $key.PublicKeyPath -SignaturePath '{_output["package.sig"]}').FileCount -eq $signed.FileCount
            (Get-Help New-ModelSignature).Synopsis
            """);
        HostResult result = HostProcess.Run(script);
        Assert.Equal("", result.Error);
        Assert.Equal("True\nSigns a model: an AI model, a dataset or an agent skill, in a folder or a single file.\n", result.Output);
    }

    [Fact]
    public void The_same_build_is_packed_to_the_same_bytes()
    {
        using Build again = new();
        Assert.Equal(File.ReadAllBytes(build.Archive), File.ReadAllBytes(again.Archive));
    }

    [Fact]
    public void The_bill_of_materials_lists_every_assembly_of_ours_and_every_package()
    {
        using JsonDocument bill = JsonDocument.Parse(File.ReadAllBytes(Path.Join(Folder, "sbom.cdx.json")));
        Assert.Equal("CycloneDX", bill.RootElement.GetProperty("bomFormat").GetString());
        string[] names = [.. bill.RootElement.GetProperty("components").EnumerateArray().Select(component => component.GetProperty("name").GetString()!)];
        foreach (string name in Directory.EnumerateFiles(Folder, "*.dll", SearchOption.AllDirectories).Select(path => Path.GetFileName(path)))
        {
            Assert.Contains(name.StartsWith("ModelSigning", StringComparison.Ordinal) ? name : Path.GetFileNameWithoutExtension(name), names);
        }
    }

    [Fact]
    public void A_topic_of_the_packages_help_explains_every_error()
    {
        string[] topic = File.ReadAllLines(Path.Join(Folder, "module/bin/net10.0/en-US/about_ModelSigning_Errors.help.txt"));
        string[] rows = [.. File.ReadLines(Path.Join(SharedData.RepositoryRoot, "docs", "errors.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal))];
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Contains($"  {row.Split('`')[1]} ({row.Split('|')[2].Trim()})", topic));
        Assert.All(topic, line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void Nothing_in_a_package_names_the_machine_that_built_it()
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(SharedData.RepositoryRoot), utf16 = Encoding.Unicode.GetBytes(SharedData.RepositoryRoot);
        foreach (string path in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
        {
            ReadOnlySpan<byte> content = File.ReadAllBytes(path);
            Assert.True(content.IndexOf(utf8) < 0 && content.IndexOf(utf16) < 0, $"'{path}' names the build's folder.");
        }
    }

    [Fact(Skip = "Windows keeps the user's modules where the test cannot redirect them.", SkipUnless = nameof(IsUnix))]
    public void A_gallery_takes_the_package_and_gives_out_a_module_that_works()
    {
        Directory.CreateDirectory(_output["gallery"]);
        string script = _output.Write("script.ps1", $"""
            $ErrorActionPreference = 'Stop'
            $ProgressPreference = 'SilentlyContinue'
            Register-PSResourceRepository -Name local -Uri '{_output["gallery"]}' -Trusted
            Publish-PSResource -Path '{Folder}' -Repository local
            $found = Find-PSResource ModelSigning -Repository local
            "$($found.Version) $([bool]$found.ReleaseNotes) $($found.Tags -contains 'OMS')"
            Install-PSResource ModelSigning -Repository local -Scope CurrentUser
            $installed = (Get-Module ModelSigning -ListAvailable | Where-Object Path -like "$HOME/*").ModuleBase
            $key = New-ModelSigningKey '{_output["a.key"]}' -NoPassword
            $null = New-ModelSignature '{Folder}' -PrivateKey $key.PrivateKeyPath -SignaturePath "$installed/../model.sig" -WarningAction SilentlyContinue
            Move-Item "$installed/../model.sig" $installed
            (Test-ModelSignature $installed -PublicKey $key.PublicKeyPath -IgnorePath PSGetModuleInfo.xml).Status
            Remove-Item $installed/model.sig
            """);
        ProcessStartInfo start = HostProcess.StartInfo("-File", script);
        foreach (string variable in (string[])["XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"])
        {
            start.Environment.Remove(variable);
        }

        // Where a home lacks the folders of settings, NuGet writes its own below the current one.
        Directory.CreateDirectory(_output["home/.config"]);
        Directory.CreateDirectory(_output["home/.local/share"]);
        start.Environment["HOME"] = _output["home"];
        start.WorkingDirectory = _output.FullPath;
        HostResult result = HostProcess.Run(start);
        Assert.Equal("", result.Error);
        Assert.Equal($"{Path.GetFileName(Folder)} True True\nValid\n", result.Output);
    }

    [Fact]
    public void Every_link_of_the_readme_leads_to_something_in_the_package()
    {
        string readme = File.ReadAllText(Path.Join(Folder, "README.md"));
        Assert.DoesNotContain("![", readme, StringComparison.Ordinal);
        Assert.All(
            System.Text.RegularExpressions.Regex.Matches(readme, @"\]\((?!https://)([^)#]+)").Select(link => link.Groups[1].Value),
            target => Assert.True(Path.Exists(Path.Join(Folder, target)), target));
    }

    private string Folder => build.Folder;

    /// <summary>The package, made once for the tests that only read it.</summary>
    public sealed class Build : IDisposable
    {
        private readonly TemporaryFolder _output = new();
        private readonly Lazy<(string Folder, string Archive)> _package;

        /// <summary>A package that is made when it is first asked for.</summary>
        public Build() => _package = new(() =>
        {
            Package("folder");
            Package("pack");
            return (Directory.GetDirectories(_output["ModelSigning"]).Single(), Directory.GetFiles(_output.FullPath, "*.nupkg").Single());
        });

        internal string Folder => _package.Value.Folder;

        internal string Archive => _package.Value.Archive;

        /// <inheritdoc/>
        public void Dispose() => _output.Dispose();

        private void Package(string step)
        {
            using Process process = Process.Start(new ProcessStartInfo("dotnet")
            {
                ArgumentList = { "exec", HostProcess.BuiltAssembly("ModelSigning.Packaging"), step, _output.FullPath },
            })!;
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        }
    }
}
