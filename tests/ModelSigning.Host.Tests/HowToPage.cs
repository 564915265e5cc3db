using System.Diagnostics;
using System.Text.RegularExpressions;
using ModelSigning.Testing;

namespace ModelSigning.Host.Tests;

/// <summary>A page of <c>docs</c> that is followed to the letter: each of its blocks of PowerShell is a script that the host runs, in one folder.</summary>
internal sealed partial class HowToPage : IDisposable
{
    /// <summary>What the scripts expect of the site: what loads a model.</summary>
    private const string Surroundings = """
        function Start-Deployment([Parameter(ValueFromPipeline)] $Model) { process { "deployed $Model" } }
        """;

    // A service of the test's own, whatever the tests run in.
    private static readonly string[] CiVariables =
        ["GITHUB_ACTIONS", "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SIGSTORE_ID_TOKEN", "GITLAB_CI", "BUILDKITE", "CIRCLECI"];

    private readonly string _text;

    internal HowToPage(string name)
    {
        _text = File.ReadAllText(Path.Join(SharedData.RepositoryRoot, "docs", name)).ReplaceLineEndings("\n");
        Environment["MODELSIGNING_TRUST_FOLDER"] = Folder["home"];
        foreach (string variable in CiVariables)
        {
            Environment[variable] = "";
        }

        foreach (string file in new[] { "config.json", "weights.bin" })
        {
            Folder.Write(Path.Join("model", file), file);
        }
    }

    /// <summary>Where the page's relative paths start.</summary>
    internal TemporaryFolder Folder { get; } = new();

    /// <summary>The environment variables that differ from those of the tests.</summary>
    internal Dictionary<string, string> Environment { get; } = [];

    /// <summary>What the page says that only a site has, an address or somebody who types, and what it is here.</summary>
    internal Dictionary<string, string> Replacements { get; } = [];

    /// <summary>What the site's profile has besides.</summary>
    internal string Profile { get; set; } = "";

    /// <summary>What the page tells to type at a command line after a program's name: the line's single words and quoted texts.</summary>
    internal string[] CommandLine(string program) => [.. Words().Matches(_text.Split('\n')
        .Select(line => line.Trim()).First(line => line.StartsWith(program + " ", StringComparison.Ordinal))[program.Length..]).Select(word => word.Value.Trim('"'))];

    /// <summary>The page's blocks of a language, in their order; without those for Windows only.</summary>
    internal IReadOnlyList<string> Blocks(string language) => [.. AllBlocks(language).Where(block => !IsForWindowsOnly(block))];

    /// <summary>The page's blocks of PowerShell that run on Windows only, as their first line says. They are checked and never run.</summary>
    internal IReadOnlyList<string> WindowsBlocks => [.. AllBlocks("powershell").Where(IsForWindowsOnly)];

    /// <summary>The error ids in the first column of its tables.</summary>
    internal IReadOnlyList<string> Ids => [.. Rows().Matches(_text).SelectMany(row => row.Groups["id"].Captures).Select(id => id.Value)];

    /// <summary>Runs the page's blocks of PowerShell, each as a script of its own, all of which must end well. One process runs them, because its start takes longer than most blocks.</summary>
    /// <returns>What they wrote.</returns>
    internal string Run(Range blocks)
    {
        string[] scripts = [.. Blocks("powershell").Take(blocks).Select((block, number) => WriteScript($"block-{number}.ps1", block))];
        HostResult result = Start(Folder.Write("blocks.ps1", string.Concat(scripts.Select(script => $$"""
            Set-Location -LiteralPath '{{Folder.FullPath}}'
            $global:LASTEXITCODE = 0
            & '{{script}}' | Out-Default # as at a prompt, where each output has its own table
            if ($global:LASTEXITCODE) { exit $global:LASTEXITCODE }

            """))));
        Assert.True(result.ExitCode == 0 && result.Error.Length == 0, result.Error + result.Output);
        return result.Output;
    }

    /// <summary>Runs a script as a job does: nobody is there to ask.</summary>
    internal HostResult Run(string script) => Start(WriteScript("script.ps1", script));

    private string WriteScript(string name, string script)
    {
        script = Replacements.Aggregate(script, (text, replacement) => text.Replace(replacement.Key, replacement.Value, StringComparison.Ordinal));
        return Folder.Write(name, $"{Surroundings}\n{Profile}\n{script}");
    }

    private HostResult Start(string script)
    {
        ProcessStartInfo start = HostProcess.StartInfo("-File", script);
        start.WorkingDirectory = Folder.FullPath;
        foreach ((string name, string value) in Environment)
        {
            start.Environment[name] = value;
        }

        return HostProcess.Run(start);
    }

    public void Dispose() => Folder.Dispose();

    private IEnumerable<string> AllBlocks(string language) =>
        Fences().Matches(_text).Where(match => match.Groups["language"].Value == language).Select(match => match.Groups["code"].Value);

    private static bool IsForWindowsOnly(string block) => block.StartsWith("# Windows only", StringComparison.Ordinal);

    [GeneratedRegex("^\\| (`(?<id>[A-Za-z0-9-]+)`(, )?)+ \\|", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex("\"[^\"]+\"|[^ \"]+")]
    private static partial Regex Words();

    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fences();
}
