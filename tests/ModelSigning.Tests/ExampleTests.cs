using System.Security.Cryptography;
using System.Text.RegularExpressions;
using ModelSigning.Testing;
using ModelSigning.Testing.SigstoreInstance;
using ModelSigning.Testing.Timestamps;

namespace ModelSigning.Tests;

/// <summary>
/// The examples of the help, each run as it is written in a folder that has what it names. They are read from the pages of the cmdlets, which the
/// build writes from the same comments as the help. A private instance takes the place of the public one, by default parameters.
/// </summary>
[Collection(nameof(UsesSoftHsm))]
public sealed partial class ExampleTests(SoftHsm token) : IDisposable
{
    // What the site has, somebody's secrets and a person who confirms, and everything signed that the example may want to verify.
    private const string Preparation = """
        param($folder, $secret, $token)
        Set-Location -LiteralPath $folder
        function Get-Secret([string] $Name) { if ($Name -eq 'SigningToken') { $token } else { $secret } }
        Get-ChildItem ./models, ./sites/*/models, ./model -Directory | Where-Object Name -ne models | New-ModelSignature -PrivateKey ./release.key | Out-Null
        New-ModelSignature ./model -PrivateKey ./release.key -Force | Out-Null
        New-Item ./download -ItemType Directory | Out-Null
        Copy-Item ./model/model.sig ./download
        Get-ModelManifest ./sites/a/models/llm -HashAlgorithm blake3 | Export-Csv ./manifest.csv
        $PSDefaultParameterValues = @{
            '*:TrustConfig' = "$folder/public.json"; '*:Force' = $true; '*:SignInFlow' = 'Device'; 'Update-SigstoreTrust:Confirm' = $false
        }
        """;

    private readonly DeskEnvironment _environment = new();
    private readonly HttpClient _browser = new(new SocketsHttpHandler { UseProxy = false });

    public static TheoryData<string, string> Examples
    {
        get
        {
            TheoryData<string, string> examples = [];
            foreach (string page in Directory.GetFiles(Path.Join(SharedData.RepositoryRoot, "docs", "cmdlets"), "*.md").Order(StringComparer.Ordinal))
            {
                string text = File.ReadAllText(page).ReplaceLineEndings("\n");
                foreach (Match code in Block().Matches(text[text.IndexOf("\n## Examples\n", StringComparison.Ordinal)..]))
                {
                    examples.Add(Path.GetFileNameWithoutExtension(page), code.Groups[1].Value);
                }
            }

            return examples;
        }
    }

    public void Dispose()
    {
        _environment.Dispose();
        _browser.Dispose();
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task An_example_runs_as_it_is_written(string cmdlet, string code)
    {
        Assert.SkipWhen(code.Contains("-Loaded", StringComparison.Ordinal), "It needs a CUDA device and a server that has weights in its memory.");
        await using SigstoreServer sigstore = await SigstoreServer.StartAsync();
        await using TimestampServer clock = await TimestampServer.StartAsync();
        sigstore.Instance.OpenId.Person = ("release@example.com", "https://accounts.google.com");
        if (code.Contains("-ClientId model-signing", StringComparison.Ordinal))
        {
            sigstore.Instance.OpenId.Audience = "model-signing";
        }

        using ExampleSite site = new(sigstore, clock.Root.Certificate);
        using ModuleSession session = new(new ScriptedHost(secret: SoftHsm.Pin, read: Follow));
        session.Run(Preparation, site.Folder.FullPath, Secrets.Of(SoftHsm.Pin), Secrets.Of(sigstore.Instance.OpenId.MintPerson())).ThrowIfFailed();
        session.Run(PrepareFor(cmdlet, code, site, clock)).ThrowIfFailed();

        session.Run(Placed(code, site.Folder.FullPath, sigstore, clock)).ThrowIfFailed();
    }

    // What only some examples want.
    private string PrepareFor(string cmdlet, string code, ExampleSite site, TimestampServer clock)
    {
        if (code.Contains("Pkcs11", StringComparison.Ordinal))
        {
            token.Require();
            string publicKey = token["example.der"];
            token.ToolWithPin("--read-object", "--type", "pubkey", "--id", "01", "--output-file", publicKey);
            using ECDsa key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(File.ReadAllBytes(publicKey), out _);
            site.WriteCertificateOf(key.ExportSubjectPublicKeyInfoPem());
            return $"$PSDefaultParameterValues['Get-Pkcs11Key:ModulePath'] = '{token.ModulePath}'";
        }

        return cmdlet switch
        {
            "Test-ModelSignature" when code.Contains("-TrustedCertificate", StringComparison.Ordinal) =>
                $"New-ModelSignature ./model -Certificate ./signing.pfx -TimestampServer {clock.Address}",
            "Test-ModelSignature" when code.Contains("-Identity", StringComparison.Ordinal) => "New-ModelSignature ./model -Sigstore",
            "Test-ModelSignature" or "Compare-ModelManifest" when code.Contains("-Source", StringComparison.Ordinal) => """
                New-ModelSignature ./hub/models--org--name -Source HuggingFace -PrivateKey ./release.key | Out-Null
                New-ModelSignature ./layout -Source Oci -Revision v1 -SignaturePath ./release/layout.sig -PrivateKey ./release.key | Out-Null
                New-ModelSignature ./ollama -Source Ollama -Revision tiny -SignaturePath ./release/tiny.sig -PrivateKey ./release.key | Out-Null
                """,

            "Test-ModelClaim" or "Get-ModelClaim" =>
                "'{ \"result\": \"PASSED\" }' | New-ModelClaim ./model -PredicateType test-result -PrivateKey ./release.key",
            "New-ModelClaim" => "Set-Content ./predicate.json '{ \"buildDefinition\": {} }'",
            "Test-ModelSignature" or "Get-ModelLineage" when code.Contains("models.json", StringComparison.Ordinal) =>
                "New-ModelTrustPolicy ./policy/models.json ./models/* -PublicKey ./release.pub -Confirm:$false",

            // -Force is for -OutFile.
            "Get-ModelManifest" when code.Contains("-Tensor", StringComparison.Ordinal) => "$PSDefaultParameterValues.Remove('*:Force')",

            // A key is verified without the logs of an instance.
            "Test-SigstoreBundle" when code.Contains("-PublicKey", StringComparison.Ordinal) => "$PSDefaultParameterValues.Remove('*:TrustConfig')",

            // The public instance is not at hand: what would be asked of it is not.
            "Update-SigstoreTrust" when !code.Contains("-Url", StringComparison.Ordinal) => "$PSDefaultParameterValues['Update-SigstoreTrust:WhatIf'] = $true",
            _ => "",
        };
    }

    // Addresses, tokens and drives that only a site has.
    private string Placed(string code, string folder, SigstoreServer sigstore, TimestampServer clock)
    {
        string placed = Drive().Replace(code, path => $"{folder}/{path.Groups[1].Value.Replace('\\', '/')}");
        foreach ((string written, string here) in ((string, string)[])
        [
            ("http://timestamp.example.com", clock.Address.ToString()), ("https://tuf.example.com", $"{sigstore.Address}tuf"),
            ("https://login.company.example", sigstore.Instance.OpenId.Issuer), ("pkcs11:token=Release;object=signing?module-name=softhsm2", token.Uri("key-256")),
            ("Label -eq release", "Label -eq key-256"),
        ])
        {
            placed = placed.Replace(written, here, StringComparison.Ordinal);
        }

        return placed;
    }

    private string? Follow(string line) =>
        line.Split(' ').FirstOrDefault(word => word.StartsWith("http", StringComparison.Ordinal)) is { } address && line.StartsWith("Open ", StringComparison.Ordinal)
            ? _browser.GetStringAsync(new Uri(address)).GetAwaiter().GetResult() : null;

    [GeneratedRegex("^```powershell\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"D:\\([\w\\*.-]+)")]
    private static partial Regex Drive();
}
