using System.Security.Cryptography;
using System.Text.RegularExpressions;
using ModelSigning.Testing;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Tests;

/// <summary>
/// Runs the commands of <c>docs/sigstore-signing.md</c> as they are written, each block in a fresh folder. A private instance takes the place of
/// the public one (by default parameters), with the page's person at its identity provider.
/// </summary>
[Collection(nameof(OfTheEnvironment))]
public sealed partial class SigstoreSigningPageTests : IDisposable
{
    private const string Defaults = """
        param($folder)
        Set-Location -LiteralPath $folder
        $PSDefaultParameterValues = @{ '*:SignInFlow' = 'Device'; '*:TrustConfig' = "$folder/public.json"; '*:Force' = $true }
        """;

    // Given apart, trusted root and services are the whole trust: nothing replaces the public instance then.
    private const string WithoutTrust = "$PSDefaultParameterValues.Remove('*:TrustConfig')";

    private readonly DeskEnvironment _environment = new();
    private readonly HttpClient _browser = new(new SocketsHttpHandler { UseProxy = false });

    public static TheoryData<string> Blocks =>
        [.. Block().Matches(File.ReadAllText(Path.Join(SharedData.RepositoryRoot, "docs", "sigstore-signing.md")).ReplaceLineEndings("\n")).Select(match => match.Groups[1].Value)];

    public void Dispose()
    {
        _environment.Dispose();
        _browser.Dispose();
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public async Task A_block_of_the_page_runs_as_it_is_written(string block)
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        server.Instance.OpenId.Person = ("release@example.com", "https://accounts.google.com");
        using TemporaryFolder folder = new();
        server.WriteFiles(folder);
        foreach (string config in new[] { "public.json", "company.json" })
        {
            folder.Write(config, CanonicalJson.File(server.Instance.ClientTrustConfig()));
        }

        foreach (string file in new[] { "model/weights.bin", "models/a/weights.bin", "models/b/weights.bin", "tool.tar.gz" })
        {
            folder.Write(file, file);
        }

        string digest = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(folder["tool.tar.gz"])));
        folder.Write("provenance.json", "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":\"tool.tar.gz\",\"digest\":{\"sha256\":\"" + digest
            + "\"}}],\"predicateType\":\"https://slsa.dev/provenance/v1\",\"predicate\":{}}");
        using ModuleSession session = new(new ScriptedHost(read: Follow));
        session.Run(Defaults, folder.FullPath).ThrowIfFailed();
        if (block.Contains("-TrustedRoot", StringComparison.Ordinal))
        {
            session.Run(WithoutTrust).ThrowIfFailed();
        }

        session.Run(block).ThrowIfFailed();
        Assert.Contains("POST /api/v1/log/entries", server.Requests);
    }

    private string? Follow(string line) =>
        line.Split(' ').FirstOrDefault(word => word.StartsWith("http", StringComparison.Ordinal)) is { } address && line.StartsWith("Open ", StringComparison.Ordinal)
            ? _browser.GetStringAsync(new Uri(address)).GetAwaiter().GetResult() : null;

    [GeneratedRegex("^```powershell\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
