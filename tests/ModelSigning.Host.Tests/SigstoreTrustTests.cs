using System.Diagnostics;
using ModelSigning.Testing;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Host.Tests;

/// <summary>Updates and verification as whole processes, with a home folder of their own.</summary>
public sealed class SigstoreTrustTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private SigstoreServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await SigstoreServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private static (string Output, string Error) Streams(HostResult result) => (result.Output, result.Error);

    private static string Quoted(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    private HostResult Run(string script, Action<ProcessStartInfo>? edit = null)
    {
        ProcessStartInfo start = HostProcess.StartInfo("-Command",
            $"$ErrorActionPreference = 'Stop'; Import-Module {Quoted(Path.Join(SharedData.RepositoryRoot, "ModelSigning.psd1"))}; {script}");
        start.Environment["MODELSIGNING_TRUST_FOLDER"] = _folder["home"];
        edit?.Invoke(start);
        return HostProcess.Run(start);
    }

    private string WriteRoot() => _folder.Write("tuf-root.json", _server.Tuf.Files["1.root.json"]);

    private string WriteTool()
    {
        string file = _folder.Write("tool.bin", "a tool");
        _folder.Write("tool.bin.sigstore.json", _server.Instance.Bundles.SignMessage("a tool"u8.ToArray()).Bytes);
        return file;
    }

    private string Verify(string file) =>
        $"(Test-SigstoreBundle {Quoted(file)} -Identity alice@sigstore.test -Issuer https://idp.sigstore.test -SigstoreInstance internal).Status.ToString()";

    [Fact]
    public void A_private_instance_is_registered_once_updated_by_its_name_and_verifies_offline()
    {
        string file = WriteTool();
        HostResult unknown = Run(Verify(file));
        Assert.Contains("internal", unknown.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, unknown.ExitCode);

        HostResult registered = Run($"$t = Update-SigstoreTrust -Name internal -Url {_server.Address}tuf -RootPath {Quoted(WriteRoot())}; \"$($t.Origin) $($t.TufRootVersion)\"");
        Assert.Equal(("Cache 1\n", ""), (registered.Output, registered.Error));
        _server.Tuf.PublishRoot();
        _server.Tuf.Publish();
        Assert.Equal(("2\n", ""), Streams(Run("(Update-SigstoreTrust internal).TufRootVersion")));

        int requests = _server.Requests.Count;
        Assert.Equal(("Valid\n", ""), Streams(Run(Verify(file))));
        Assert.Equal(("public, internal\n", ""), Streams(Run("(Get-SigstoreTrust).Name -join ', '")));
        Assert.Equal(requests, _server.Requests.Count);
    }

    [Fact]
    public void First_use_of_a_Sigstore_signature_trusts_its_identity_at_its_instance_and_no_other()
    {
        _folder.Write("model/weights.bin", "weights");
        string model = Quoted(_folder["model"]), policy = Quoted(_folder["policy.json"]), config = Quoted(_server.WriteFiles(_folder));
        string first = $"Update-SigstoreTrust -Name internal -Url {_server.Address}tuf -RootPath {Quoted(WriteRoot())} | Out-Null; "
            + $"New-ModelSignature {model} -Sigstore -TrustConfig {config} | Out-Null; New-ModelTrustPolicy {policy} {model} -SigstoreInstance internal -Confirm:$false | Out-Null; ";
        string verify = $"$r = Test-ModelSignature {model} -TrustPolicy {policy} -Detailed; \"$($r.Status) $($r.Identity)\"";
        HostResult trusted = Run(first + verify, start => start.Environment["SIGSTORE_ID_TOKEN"] = _server.Instance.OpenId.MintPerson());
        Assert.Equal(("Valid alice@sigstore.test\n", ""), Streams(trusted));

        string other = $"New-ModelSignature {model} -Sigstore -TrustConfig {config} -Force | Out-Null; {verify}";
        _server.Instance.OpenId.Person = ("mallory@sigstore.test", _server.Instance.OpenId.Person.ConnectorId);
        HostResult refused = Run(other, start => start.Environment["SIGSTORE_ID_TOKEN"] = _server.Instance.OpenId.MintPerson());
        Assert.Equal(("NotTrusted \n", ""), Streams(refused));
    }

    [Fact]
    public void Stored_trust_that_was_changed_is_refused_until_it_is_fetched_again()
    {
        string file = WriteTool();
        Run($"$null = Update-SigstoreTrust -Name internal -Url {_server.Address}tuf -RootPath {Quoted(WriteRoot())}");
        string target = Assert.Single(Directory.GetFiles(_folder["home"], "trusted_root.json", SearchOption.AllDirectories));
        File.AppendAllText(target, " ");
        HostResult refused = Run(Verify(file));
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("trusted_root.json", refused.Error, StringComparison.Ordinal);
        Assert.Equal(("Valid\n", ""), Streams(Run($"$null = Update-SigstoreTrust internal; {Verify(file)}")));
    }

    [Fact]
    public void An_update_without_a_folder_to_keep_it_in_warns_and_shows_what_was_fetched()
    {
        // A file where the folder should be.
        _folder.Write("home", "");
        HostResult result = Run($"(Update-SigstoreTrust -Name internal -Url {_server.Address}tuf -RootPath {Quoted(WriteRoot())}).Origin");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Cache", result.Output, StringComparison.Ordinal);
        Assert.Contains("could not be stored", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Verifying_opens_no_socket()
    {
        const string unshare = "/usr/bin/unshare";
        if (!OperatingSystem.IsLinux() || !File.Exists(unshare))
        {
            Assert.Skip("Only Linux has network namespaces, and only with the program unshare.");
        }

        using Process probe = Process.Start(new ProcessStartInfo(unshare, ["-rn", "true"]) { RedirectStandardError = true })!;
        probe.WaitForExit();
        if (probe.ExitCode != 0)
        {
            Assert.Skip("This user may not make a network namespace.");
        }

        string file = WriteTool();
        string root = _folder.Write("root.json", CanonicalJson.File(_server.Instance.TrustedRoot()));
        string script = $"(Test-SigstoreBundle {Quoted(file)} -Identity alice@sigstore.test -Issuer https://idp.sigstore.test -TrustedRoot {Quoted(root)}).Status.ToString(); " +
            "(Get-SigstoreTrust public).Origin";
        HostResult result = Run(script, start =>
        {
            start.ArgumentList.Insert(0, start.FileName);
            start.ArgumentList.Insert(0, "-rn");
            start.FileName = unshare;
        });
        Assert.Equal(("Valid\nEmbedded\n", ""), (result.Output, result.Error));
    }

    [Theory]
    [InlineData("de-DE", "UTC")]
    [InlineData("tr-TR", "UTC")]
    [InlineData("en-US", "America/New_York")]
    public void Bundles_verify_under_every_culture_and_time_zone(string culture, string zone)
    {
        string file = WriteTool();
        string root = _folder.Write("root.json", CanonicalJson.File(_server.Instance.TrustedRoot()));
        string v2 = _folder.Write("v2.sigstore.json", _server.Instance.Bundles.SignMessage("a tool"u8.ToArray(), new BundleOptions { RekorVersion = 2 }).Bytes);
        string test = $"Test-SigstoreBundle {Quoted(file)} -Identity alice@sigstore.test -Issuer https://idp.sigstore.test -TrustedRoot {Quoted(root)}";
        HostResult result = Run(
            $"[Globalization.CultureInfo]::CurrentCulture = [Globalization.CultureInfo]::DefaultThreadCurrentCulture = '{culture}'; " +
            $"foreach ($r in ({test}), ({test} -BundlePath {Quoted(v2)})) {{ $r.Status.ToString(); $r.SignedTime.Offset.ToString(); [Math]::Abs(([DateTimeOffset]::UtcNow - $r.SignedTime).TotalMinutes) -lt 30 }}",
            start => start.Environment["TZ"] = zone);
        Assert.Equal(("Valid\n00:00:00\nTrue\nValid\n00:00:00\nTrue\n", ""), (result.Output, result.Error));
    }
}
