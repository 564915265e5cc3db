using System.Diagnostics.Tracing;
using System.Management.Automation;
using System.Security;
using System.Text;
using ModelSigning.Testing;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Tests;

/// <summary>Signing with Sigstore through the module, on a private instance inside the process. The environment is that of a desk, whatever it is.</summary>
[Collection(nameof(OfTheEnvironment))]
public sealed class SigstoreSigningTests : IDisposable
{
    private const string Model = "New-ModelSignature -LiteralPath $m -Sigstore -TrustConfig $t";

    private readonly DeskEnvironment _environment = new();
    private readonly HttpClient _browser = new(new SocketsHttpHandler { UseProxy = false });

    public void Dispose()
    {
        _environment.Dispose();
        _browser.Dispose();
    }

    [Theory]
    [InlineData("client_trust_config.json")]
    [InlineData("client_trust_config_rekor_v2.json")]
    public async Task A_model_is_signed_with_a_token_and_verifies(string config)
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        using SampleModel model = new();
        server.WriteFiles(model.Folder);
        using ModuleSession session = new();
        dynamic signed = session.Run("param($m, $t, $i)" + Model + " -IdentityToken $i", model.Path, model.Folder[config], Token(server)).Single;
        Assert.Equal("Sigstore", (string)signed.Method);
        dynamic result = session.Run("param($m, $t) Test-ModelSignature -LiteralPath $m -Identity alice@sigstore.test -Issuer https://idp.sigstore.test -TrustConfig $t",
            model.Path, model.Folder[config]).Single;
        Assert.Equal("Valid", ((object)result.Status).ToString());
    }

    [Fact]
    public async Task Trusted_root_and_signing_configuration_can_be_specified_separately()
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        using SampleModel model = new();
        server.WriteFiles(model.Folder);
        using ModuleSession session = new();
        session.Run("param($m, $r, $s, $i) New-ModelSignature -LiteralPath $m -Sigstore -TrustedRoot $r -SigningConfig $s -IdentityToken $i",
            model.Path, model.Folder["trusted_root.json"], model.Folder["signing_config.v0.2.json"], Token(server)).ThrowIfFailed();
        Assert.Equal("SigningConfigMissing", session.Run("param($m, $r, $i) New-ModelSignature -LiteralPath $m -Sigstore -TrustedRoot $r -IdentityToken $i -Force",
            model.Path, model.Folder["trusted_root.json"], Token(server)).ErrorId);
    }

    [Fact]
    public async Task A_pipeline_of_models_uses_one_certificate()
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        using SampleModel one = new("one"), two = new("two");
        string config = server.WriteFiles(one.Folder);
        using ModuleSession session = new();
        session.Run("param($a, $b, $t, $i) $a, $b | New-ModelSignature -Sigstore -TrustConfig $t -IdentityToken $i", one.Path, two.Path, config, Token(server)).ThrowIfFailed();
        Assert.True(File.Exists(one.Signature) && File.Exists(two.Signature));
        Assert.Single(server.Requests, request => request == "POST /api/v2/signingCert");
    }

    [Fact]
    public async Task A_file_and_a_statement_are_signed_and_verify()
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        using TemporaryFolder folder = new();
        string config = server.WriteFiles(folder), file = folder.Write("tool.bin", "tool");
        string digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("tool"u8));
        string statement = folder.Write("statement.json",
            "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":\"tool.bin\",\"digest\":{\"sha256\":\"" + digest + "\"}}],\"predicateType\":\"https://example.test/p\",\"predicate\":{}}");
        using ModuleSession session = new();
        dynamic signed = session.Run("param($f, $t, $i) New-SigstoreBundle $f -TrustConfig $t -IdentityToken $i", file, config, Token(server)).Single;
        Assert.Equal("alice@sigstore.test", (string)signed.Identity);
        Assert.Equal(file + ".sigstore.json", (string)signed.BundlePath);
        session.Run("param($f, $b, $t, $i) New-SigstoreBundle $f -Statement -BundlePath $b -TrustConfig $t -IdentityToken $i",
            statement, folder["attestation.json"], config, Token(server)).ThrowIfFailed();
        foreach (string bundle in new[] { file + ".sigstore.json", folder["attestation.json"] })
        {
            session.Run("param($f, $b, $t) Test-SigstoreBundle $f -BundlePath $b -Identity alice@sigstore.test -Issuer https://idp.sigstore.test -TrustConfig $t",
                file, bundle, config).ThrowIfFailed();
        }

        Assert.Equal("SignatureExists", session.Run("param($f, $t, $i) New-SigstoreBundle $f -TrustConfig $t -IdentityToken $i", file, config, Token(server)).ErrorId);
        Assert.Equal("StatementInvalid", session.Run("param($f, $t, $i) New-SigstoreBundle $f -Statement -TrustConfig $t -IdentityToken $i -Force", file, config, Token(server)).ErrorId);
    }

    [Theory]
    [InlineData("OutOfBand")]
    [InlineData("Device")]
    public async Task A_person_is_told_what_becomes_public_then_signs_in(string flow)
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        using SampleModel model = new();
        string config = server.WriteFiles(model.Folder);
        ScriptedHost host = new(read: Follow);
        using ModuleSession session = new(host);
        session.Run("param($m, $t, $f)" + Model + " -SignInFlow $f -Force", model.Path, config, flow).ThrowIfFailed();
        Assert.Equal(0, host.Choices);
        Assert.True(File.Exists(model.Signature));
        AssertNoToken(server, string.Join('\n', host.Shown));
    }

    [Fact]
    public async Task Who_says_no_signs_nothing_and_who_says_yes_is_asked_once()
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        using SampleModel model = new();
        string config = server.WriteFiles(model.Folder);
        ScriptedHost no = new(choice: 1, read: Follow), yes = new(choice: 0, read: Follow);
        using ModuleSession refusing = new(no), agreeing = new(yes);
        Assert.Equal("SigningDeclined", refusing.Run("param($m, $t)" + Model + " -SignInFlow Device", model.Path, config).ErrorId);
        Assert.Contains(no.Shown, line => line.Contains("names and digests of all files", StringComparison.Ordinal) && line.Contains("cannot be removed", StringComparison.Ordinal));
        Assert.Empty(server.Requests);
        agreeing.Run("param($m, $t)" + Model + " -SignInFlow Device", model.Path, config).ThrowIfFailed();
        File.Delete(model.Signature);
        agreeing.Run("param($m, $t)" + Model + " -SignInFlow Device", model.Path, config).ThrowIfFailed();
        Assert.Equal(1, yes.Choices);
    }

    [Fact]
    public async Task A_ci_job_does_not_prompt()
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        using SampleModel model = new();
        string config = server.WriteFiles(model.Folder);
        Environment.SetEnvironmentVariable("CI", "true");
        ScriptedHost host = new(read: Follow);
        using ModuleSession session = new(host);
        Outcome outcome = session.Run("param($m, $t)" + Model, model.Path, config);
        Assert.Equal("IdentityTokenMissing", outcome.ErrorId);
        Assert.Equal(0, host.Choices);
        Assert.False(File.Exists(model.Signature));
    }

    [Fact]
    public async Task A_ci_jobs_own_identity_signs()
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        using SampleModel model = new();
        string config = server.WriteFiles(model.Folder);
        foreach ((string name, string value) in server.AmbientVariables)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        using ModuleSession session = new();
        session.Run("param($m, $t)" + Model, model.Path, config).ThrowIfFailed();
        session.Run("param($m, $t, $i, $u) Test-ModelSignature -LiteralPath $m -Identity $i -Issuer $u -TrustConfig $t", model.Path, config,
            "https://github.com/" + OpenIdProvider.WorkflowReference, server.Instance.OpenId.Issuer).ThrowIfFailed();
    }

    [Fact]
    public async Task A_token_for_scripts_is_a_secret_that_signs()
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        using SampleModel model = new();
        string config = server.WriteFiles(model.Folder);
        ScriptedHost host = new(read: Follow);
        using ModuleSession session = new(host);
        Outcome outcome = session.Run("param($t) Get-SigstoreToken -TrustConfig $t -SignInFlow Device", config);
        dynamic token = outcome.Single;
        Assert.Equal("alice@sigstore.test", (string)token.Identity);
        Assert.IsType<SecureString>((object)token.IdentityToken);
        AssertNoToken(server, outcome.Output[0].ToString() + string.Join('\n', outcome.Output[0].Properties.Select(property => property.Value)));
        session.Run("param($m, $t, $i)" + Model + " -IdentityToken $i", model.Path, config, (object)token.IdentityToken).ThrowIfFailed();
    }

    [Fact]
    public async Task A_signing_that_loses_its_network_says_so_and_the_same_command_succeeds_later()
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        using SampleModel model = new();
        string config = server.WriteFiles(model.Folder);
        string[] before = Directory.GetFileSystemEntries(model.Path);
        using ModuleSession session = new();
        server.Instance.Faults.Set(Fault.RekorDrops);
        Outcome lost = session.Run("param($m, $t, $i)" + Model + " -IdentityToken $i", model.Path, config, Token(server));
        Assert.Equal("RekorUnreachable", lost.ErrorId);
        Assert.Equal(ErrorCategory.ConnectionError, lost.Error.CategoryInfo.Category);
        Assert.Equal(before, Directory.GetFileSystemEntries(model.Path));
        server.Instance.Faults.Set();
        session.Run("param($m, $t, $i)" + Model + " -IdentityToken $i", model.Path, config, Token(server)).ThrowIfFailed();
    }

    [Fact]
    public async Task Nothing_is_contacted_unless_asked_for()
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        using SampleModel model = new();
        string config = server.WriteFiles(model.Folder);
        using ModuleSession session = new();
        session.Run("param($m, $t, $i)" + Model + " -IdentityToken $i -WhatIf", model.Path, config, Token(server)).ThrowIfFailed();
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Fault.FulcioRefuses)]
    [InlineData(Fault.CertificateOtherIdentity)]
    [InlineData(Fault.TokenMalformed)]
    [InlineData(Fault.TokenExpired)]
    [InlineData(Fault.RekorDrops)]
    public async Task Nothing_of_a_token_is_in_any_stream_exception_or_trace(Fault? fault)
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        using SampleModel model = new();
        string config = server.WriteFiles(model.Folder);
        server.Instance.Faults.Set(fault is { } wrong ? [wrong] : []);
        StringBuilder traces = new();
        ScriptedHost host = new(read: Follow);
        using (NetworkTraces listener = new(traces))
        using (ModuleSession session = new(host))
        {
            Outcome given = session.Run(
                "param($m, $t, $i) $VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'; " + Model + " -IdentityToken $i -Force; $Error | ForEach-Object { [string] $_; [string] $_.Exception; [string] $_.ErrorDetails }",
                model.Path, config, Token(server));
            Outcome asked = session.Run("param($m, $t) $VerbosePreference = $DebugPreference = 'Continue'; " + Model + " -SignInFlow Device -Force", model.Path, config);
            foreach (Outcome outcome in new[] { given, asked })
            {
                AssertNoToken(server, string.Join('\n', outcome.Verbose.Concat(outcome.Warnings).Concat(outcome.Output.Select(o => o.ToString()))
                    .Concat(outcome.Errors.Select(error => error.ToString() + error.Exception + error.ErrorDetails + error.TargetObject)).Append(outcome.Terminating?.ToString() ?? "")));
                Assert.Equal(fault is null, outcome.Errors.Count == 0 && outcome.Terminating is null);
            }
        }

        AssertNoToken(server, string.Join('\n', host.Shown));
        AssertNoToken(server, traces.ToString());
    }

    private static SecureString Token(SigstoreServer server)
    {
        SecureString secure = new();
        foreach (char character in server.Instance.OpenId.MintPerson())
        {
            secure.AppendChar(character);
        }

        return secure;
    }

    private static void AssertNoToken(SigstoreServer server, string text)
    {
        Assert.NotEmpty(server.Instance.OpenId.Issued);
        // The head of every token is the same and no secret.
        Assert.All(server.Instance.OpenId.Issued, token => Assert.All(token.Split('.', '!').Skip(1), part => Assert.DoesNotContain(part, text, StringComparison.Ordinal)));
    }

    /// <summary>Does in a browser what the host shows, and brings back the code of an out-of-band sign-in.</summary>
    private string? Follow(string line) =>
        line.StartsWith("Open ", StringComparison.Ordinal) && line.Split(' ').FirstOrDefault(word => word.StartsWith("http", StringComparison.Ordinal)) is { } address
            ? _browser.GetStringAsync(new Uri(address)).GetAwaiter().GetResult() : null;

    private sealed class NetworkTraces(StringBuilder traces) : EventListener
    {
        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name is "System.Net.Http" or "System.Net.Sockets" or "System.Net.NameResolution")
            {
                EnableEvents(eventSource, EventLevel.Verbose, EventKeywords.All);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            lock (traces)
            {
                traces.AppendJoin(' ', eventData.Payload ?? (IEnumerable<object?>)[]).AppendLine();
            }
        }
    }
}
