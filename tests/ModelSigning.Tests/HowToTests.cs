using System.Text.RegularExpressions;
using ModelSigning.Testing;
using ModelSigning.Testing.Atlas;
using ModelSigning.Testing.Timestamps;

namespace ModelSigning.Tests;

/// <summary>The how-to pages, executed as they are written: every block of PowerShell of a page, one after the other.</summary>
[Collection(nameof(UsesSoftHsm))]
public sealed partial class HowToTests(SoftHsm token) : IDisposable
{
    // Somebody sits there and types what is asked for.
    private readonly ModuleSession _session = new(new ScriptedHost(secret: SoftHsm.Pin));
    private readonly SampleModel _model = new();

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void Signing_with_certificates() => Assert.Contains("Valid", Execute("certificates.md"), StringComparison.Ordinal);

    [Fact]
    public void Signing_with_a_token()
    {
        token.Require();
        token.ToolWithPin("--keypairgen", "--key-type", "EC:prime256v1", "--id", "10", "--label", "release", "--usage-sign");
        try
        {
            Assert.Contains("pkcs11:token=Model%20signing;", Execute("pkcs11.md"), StringComparison.Ordinal);
        }
        finally
        {
            token.ToolWithPin("--delete-object", "--type", "privkey", "--id", "10");
            token.ToolWithPin("--delete-object", "--type", "pubkey", "--id", "10");
        }
    }

    [Fact]
    public async Task Trusted_timestamps()
    {
        await using TimestampServer server = await TimestampServer.StartAsync();
        _model.Folder.Write("timestamp-root.pem", server.Root.CertificatePem);
        File.Copy(_model.PrivateKey, _model.Folder["release.key"]);
        File.Copy(_model.PublicKey, _model.Folder["release.pub"]);
        Assert.Contains("by the clock of CN=Test timestamp root",
            Execute("timestamps.md", page => page.Replace("http://timestamp.example.com", server.Address.ToString(), StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Datasets_in_parts()
    {
        foreach (string name in (string[])["a.csv", "b.csv", "more/c.csv"])
        {
            _model.Folder.Write("data/" + name, new string('x', 1000 * name.Length));
        }

        File.Copy(_model.PrivateKey, _model.Folder["release.key"]);
        File.Copy(_model.PublicKey, _model.Folder["release.pub"]);
        Assert.Contains("new.csv", Execute("datasets.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void Manifests_of_Atlas()
    {
        AtlasSite.Write(_model.Folder, "model/weights.bin", File.ReadAllText(Path.Join(_model.Path, "weights.bin")));
        string output = Execute("atlas.md");
        Assert.Contains(AtlasSample.Id, output, StringComparison.Ordinal);
        Assert.Contains("Größe \"8\": Unsigned", output, StringComparison.Ordinal);
    }

    private string Execute(string page, Func<string, string>? change = null)
    {
        string text = File.ReadAllText(Path.Join(SharedData.RepositoryRoot, "docs", page)).ReplaceLineEndings("\n");
        string[] blocks = [.. Blocks().Matches(change?.Invoke(text) ?? text).Select(match => match.Groups["code"].Value)];
        Assert.NotEmpty(blocks);

        _session.Run("param($folder) Set-Location -LiteralPath $folder", _model.Folder.FullPath).ThrowIfFailed();
        return string.Join('\n', blocks.SelectMany(block => _session.Run(block).ThrowIfFailed().Output)
            .Select(value => value.BaseObject is string line ? line : $"{value.BaseObject}"));
    }

    [GeneratedRegex("^```powershell\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
