using System.Diagnostics;
using System.Text.Json;
using ModelSigning.Testing;

namespace ModelSigning.Host.Tests;

/// <summary>The host is PowerShell as it is; what the project adds to it.</summary>
public class HostTests
{
    [Fact]
    public void The_host_is_the_version_of_PowerShell_that_the_project_is_built_for()
    {
        HostResult result = HostProcess.Run("-Command", "$PSVersionTable.PSEdition; \"$($PSVersionTable.PSVersion.Major).$($PSVersionTable.PSVersion.Minor)\"");
        Assert.Equal("Core\n7.6\n", result.Output);
    }

    [Fact]
    public void Commands_load_the_module_of_the_checkout_and_importing_its_manifest_is_the_same_copy()
    {
        string manifest = Path.Join(SharedData.RepositoryRoot, "ModelSigning.psd1");
        HostResult result = HostProcess.Run("-Command",
            $"$null = Get-ModelHashDevice -NoMeasurement; Import-Module '{manifest}' -ErrorAction Stop; (Get-Module ModelSigning).Path | Select-Object -Unique");
        Assert.Equal((Path.Join(SharedData.RepositoryRoot, "module", "ModelSigning.psm1") + "\n", ""), (result.Output, result.Error));
    }

    [Theory]
    [InlineData("Start-Job { (Get-Command New-ModelSignature).Source } | Receive-Job -Wait")]
    [InlineData("Start-ThreadJob { (Get-Command New-ModelSignature).Source } | Receive-Job -Wait")]
    [InlineData("1 | ForEach-Object -Parallel { (Get-Command New-ModelSignature).Source }")]
    public void Jobs_find_the_module_too(string command) => Assert.Equal(("ModelSigning\n", ""), Streams(HostProcess.Run("-Command", command)));

    [Fact]
    public void Reading_lines_galleries_and_archives_have_the_modules_that_PowerShell_ships() => Assert.Equal(
        "Microsoft.PowerShell.Archive\nMicrosoft.PowerShell.PSResourceGet\nPSReadLine\n",
        HostProcess.Run("-Command", "(Get-Module -ListAvailable PSReadLine, Microsoft.PowerShell.PSResourceGet, Microsoft.PowerShell.Archive).Name | Sort-Object").Output);

    [Fact]
    public void The_first_generation_of_its_memory_is_small_on_every_processor() =>
        Assert.Equal("4194304\n", HostProcess.Run("-Command", "[AppContext]::GetData('System.GC.Gen0MaxBudget')").Output);

    [Theory]
    [InlineData(@"x\..\good")]
    [InlineData(@"x\..\good\")]
    [InlineData(@"d\e")]
    public void No_path_is_opened_in_a_folder_with_a_backslash_in_its_name_because_PowerShell_takes_it_for_another_one(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Names on Windows have no backslash.");
        using TemporaryFolder folder = new();
        folder.Write("good/file.txt", "shown");
        folder.Write("d/e/file.txt", "shown");
        ProcessStartInfo start = HostProcess.StartInfo(
            "-Command", $"foreach ($path in '.', './file.txt', 'FileSystem::./file.txt', '{folder["good"]}') {{ (Get-ModelManifest -LiteralPath $path -ErrorAction SilentlyContinue -ErrorVariable refused).Name; $refused.FullyQualifiedErrorId }}");
        start.WorkingDirectory = folder.FullPath + "/" + name;
        Directory.CreateDirectory(start.WorkingDirectory);
        File.WriteAllText(start.WorkingDirectory + "/file.txt", "opened");
        Assert.Equal(string.Concat(Enumerable.Repeat("PathAmbiguous,ModelSigning.GetModelManifestCommand\n", 4)), HostProcess.Run(start).Output);
    }

    [Fact]
    public void No_telemetry_is_written()
    {
        using TemporaryFolder home = new();
        ProcessStartInfo start = HostProcess.StartInfo("-Command", "'done'");
        foreach (string variable in new[] { "HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME" })
        {
            start.Environment[variable] = home.FullPath;
        }

        start.Environment.Remove("POWERSHELL_TELEMETRY_OPTOUT");
        Assert.Equal("done\n", HostProcess.Run(start).Output);
        Assert.Empty(Directory.EnumerateFiles(home.FullPath, "*telemetry*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_published_host_has_the_module_of_its_own_framework_and_nothing_that_an_earlier_build_left()
    {
        using TemporaryFolder checkout = new();
        string[] belongs = ["ModelSigning.psd1", "module/ModelSigning.psm1", "module/en-US/about.help.txt", "module/bin/net10.0/ModelSigning.dll", "module/bin/net10.0/dependencies/A.dll"];
        foreach (string path in (IEnumerable<string>)[.. belongs, "module/bin/net8.0/ModelSigning.dll", "module/bin/net8.0/dependencies/System.Diagnostics.DiagnosticSource.dll"])
        {
            checkout.Write(path, "");
        }

        using JsonDocument published = JsonDocument.Parse(Build(checkout, "ModelSigning.Host", "PublishModule", "-getItem:ResolvedFileToPublish"));
        Assert.Equal(belongs.Order(StringComparer.Ordinal).Select(path => "Modules/ModelSigning/" + path), published.RootElement.GetProperty("Items").GetProperty("ResolvedFileToPublish").EnumerateArray()
            .Select(file => file.GetProperty("RelativePath").GetString()!.Replace('\\', '/')).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Staging_the_module_removes_what_an_earlier_build_staged_and_keeps_its_help()
    {
        using TemporaryFolder checkout = new();
        string[] stale = [checkout.Write("module/bin/net8.0/ModelSigning.dll", ""), checkout.Write("module/bin/net10.0/dependencies/Gone.dll", "")];
        string help = checkout.Write("module/bin/net10.0/en-US/ModelSigning.dll-Help.xml", "");
        Build(checkout, "ModelSigning", "StageModule");
        Assert.All(stale, path => Assert.False(File.Exists(path), path));
        Assert.True(File.Exists(help));
        Assert.True(File.Exists(checkout["module/bin/net10.0/dependencies/ModelSigning.Core.dll"]));
    }

    // One target of a project alone, with another folder as the checkout.
    private static string Build(TemporaryFolder checkout, string project, string target, params IEnumerable<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet",
            ["msbuild", Path.Join(SharedData.RepositoryRoot, "src", project), "-nologo", $"-t:{target}", $"-p:RepositoryRoot={checkout.FullPath}/", $"-p:Configuration={Configuration}", .. arguments])
        {
            RedirectStandardOutput = true,
        })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        return output;
    }

    private static string Configuration => new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)).Parent!.Name;

    private static (string Output, string Error) Streams(HostResult result) => (result.Output, result.Error);
}
