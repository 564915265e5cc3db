using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using ModelSigning.Testing;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Host.Tests;

/// <summary>The packages for programs in C#, and the page that shows how to use them: its blocks are compiled against the packages and run.</summary>
public sealed class CSharpPageTests(CSharpPageTests.Feed feed) : IClassFixture<CSharpPageTests.Feed>, IDisposable
{
    private static readonly string[] Projects = ["ModelSigning.Core", "ModelSigning.Sigstore"];

    private readonly HowToPage _page = new("csharp.md");

    public void Dispose() => _page.Dispose();

    [Fact]
    public async Task A_program_that_has_the_packages_alone_does_what_the_page_shows()
    {
        await using SigstoreServer sigstore = await SigstoreServer.StartAsync();
        sigstore.WriteFiles(_page.Folder);
        byte[] artifact = Encoding.UTF8.GetBytes("an artifact");
        _page.Folder.Write("artifact.txt", artifact);
        _page.Folder.Write("artifact.txt.sigstore.json", new BundleFactory(sigstore.Instance).SignMessage(artifact).Bytes);
        _page.Folder.Write("policy.json", """
            { "version": 1, "rules": [{ "name": "released by us", "models": ["model"], "signers": [{ "type": "key", "publicKey": "release.pub" }] }] }
            """);
        Dotnet("build", WriteProgram(), "--output", _page.Folder["built"]);
        string[] said = Dotnet("exec", _page.Folder["built/Program.dll"]).TrimEnd().Split('\n');
        Assert.StartsWith("signed by alice@sigstore.test at ", said[3], StringComparison.Ordinal);
        said[3] = "";
        Assert.Equal(
            [$"2 files: {_page.Folder["model/model.sig"]}", "valid", "accepted by the rule 'released by us'", "", "valid", "alice@sigstore.test"], said);
    }

    [Fact]
    public void A_package_has_readme_licence_documentation_and_symbols_and_depends_on_what_it_needs()
    {
        foreach (string project in Projects)
        {
            string package = Assert.Single(Directory.GetFiles(feed.Folder, project + ".*.nupkg"));
            using ZipArchive archive = ZipFile.OpenRead(package);
            string[] names = [.. archive.Entries.Select(entry => entry.FullName)];
            Assert.Superset(new HashSet<string>(["README.md", "THIRD-PARTY-NOTICES.md", $"lib/net10.0/{project}.dll", $"lib/net10.0/{project}.xml"]), new HashSet<string>(names));
            using ZipArchive symbols = ZipFile.OpenRead(Path.ChangeExtension(package, "snupkg"));
            Assert.Contains($"lib/net10.0/{project}.pdb", symbols.Entries.Select(entry => entry.FullName));
            using StreamReader reader = new(archive.GetEntry(project + ".nuspec")!.Open());
            string specification = reader.ReadToEnd();
            Assert.Contains("<license type=\"expression\">Apache-2.0</license>", specification, StringComparison.Ordinal);
            Assert.Contains(project.EndsWith("Core", StringComparison.Ordinal) ? "id=\"BouncyCastle.Cryptography\"" : "id=\"ModelSigning.Core\"", specification, StringComparison.Ordinal);
            Assert.DoesNotContain("PublicApiAnalyzers", specification, StringComparison.Ordinal);
        }
    }

    // The page's blocks and the example of each package's README, each in a scope of its own; the first has the namespaces that all of them use.
    private string WriteProgram()
    {
        IReadOnlyList<string> blocks = _page.Blocks("csharp");
        IEnumerable<string> examples = Projects.Select(project => File.ReadAllText(Path.Join(SharedData.RepositoryRoot, "src", project, "README.md"))
            .ReplaceLineEndings("\n").Split("```csharp\n")[1].Split("```")[0].Split("\n\n", 2)[1]);
        _page.Folder.Write("program/Program.cs", blocks[0] + string.Concat(blocks.Skip(1).Concat(examples).Select(block => $"{{\n{block}}}\n")));

        // What others made comes from what is restored already, so that no registry is needed.
        string restored = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget/packages");
        _page.Folder.Write("program/nuget.config", $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{_page.Folder["packages"]}" /></config>
              <packageSources><clear /><add key="feed" value="{feed.Folder}" /><add key="restored" value="{restored}" /></packageSources>
            </configuration>
            """);
        return _page.Folder.Write("program/Program.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <UseAppHost>false</UseAppHost>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="ModelSigning.Sigstore" Version="0.2.0" /></ItemGroup>
            </Project>
            """);
    }

    private string Dotnet(params string[] arguments) => Dotnet(_page.Folder, arguments);

    private static string Dotnet(TemporaryFolder folder, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.FullPath,
        };

        // Where the tests run in a build server's job, the program of the page is still a user's.
        start.Environment.Remove("CI");
        start.Environment["DOTNET_NOLOGO"] = "1";
        HostResult result = HostProcess.Run(start);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        return result.Output;
    }

    /// <summary>The packages: the built assemblies, packed as they are, once for all tests.</summary>
    public sealed class Feed : IDisposable
    {
        private readonly TemporaryFolder _output = new();
        private readonly Lazy<string> _folder;

        /// <summary>Packages that are made when they are first asked for.</summary>
        public Feed() => _folder = new(() =>
        {
            foreach (string project in Projects)
            {
                string configuration = Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(HostProcess.BuiltAssembly(project))))!;
                Dotnet(_output, "pack", Path.Join(SharedData.RepositoryRoot, "src", project), "--no-build", "--configuration", configuration, "--output", _output.FullPath);
            }

            return _output.FullPath;
        });

        internal string Folder => _folder.Value;

        /// <inheritdoc/>
        public void Dispose() => _output.Dispose();
    }
}
