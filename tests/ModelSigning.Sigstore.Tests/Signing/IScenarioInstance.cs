using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Sigstore.Tests.Signing;

/// <summary>An instance that the signing scenarios run on: ours inside the process, or an independent one.</summary>
public interface IScenarioInstance : IAsyncDisposable
{
    /// <summary>The trusted root's bytes.</summary>
    byte[] TrustedRoot { get; }

    /// <summary>The person's address, and the issuer in the person's certificate.</summary>
    (string Name, string Issuer) Person { get; }

    /// <summary>The address of the identity provider.</summary>
    string OpenIdIssuer { get; }

    /// <summary>The variables of the ambient token service.</summary>
    IReadOnlyDictionary<string, string> AmbientVariables { get; }

    /// <summary>The signing configuration's bytes.</summary>
    byte[] SigningConfig(int rekorVersion);

    /// <summary>A token of the person.</summary>
    Task<string> PersonTokenAsync();

    /// <summary>Switches exactly these faults on, by the names of the independent instance.</summary>
    Task SetFaultsAsync(params string[] names);
}

/// <summary>Our instance, inside the process.</summary>
public sealed class InProcessInstance(SigstoreServer server) : IScenarioInstance
{
    private static readonly Dictionary<string, Fault> Names = new()
    {
        ["sct-bad-signature"] = Fault.SctInvalid,
        ["sct-missing"] = Fault.SctMissing,
        ["cert-wrong-key"] = Fault.CertificateOtherKey,
        ["cert-wrong-san"] = Fault.CertificateOtherIdentity,
        ["cert-untrusted-ca"] = Fault.CertificateUnknownAuthority,
        ["cert-expired"] = Fault.CertificateExpired,
        ["rekor-bad-set"] = Fault.SetInvalid,
        ["rekor-bad-checkpoint"] = Fault.CheckpointInvalid,
        ["rekor-bad-proof"] = Fault.ProofInvalid,
        ["rekor-other-entry"] = Fault.RekorOtherEntry,
        ["rekor-conflict"] = Fault.RekorConflictWithoutEntry,
        ["rekor-error"] = Fault.RekorFails,
        ["tsa-wrong-imprint"] = Fault.TimestampOtherImprint,
        ["tsa-wrong-nonce"] = Fault.TimestampOtherNonce,
        ["tsa-rejects"] = Fault.TimestampRejected,
        ["tsa-untrusted"] = Fault.TimestampUnknownAuthority,
        ["token-bad-audience"] = Fault.TokenOtherAudience,
    };

    public byte[] TrustedRoot => CanonicalJson.File(server.Instance.TrustedRoot());

    public (string Name, string Issuer) Person => (SubjectName.Alice.Value, OpenIdProvider.ConnectorId);

    public string OpenIdIssuer => server.Instance.OpenId.Issuer;

    public IReadOnlyDictionary<string, string> AmbientVariables => server.AmbientVariables;

    public byte[] SigningConfig(int rekorVersion) => CanonicalJson.File(server.Instance.SigningConfig(rekorVersion));

    public Task<string> PersonTokenAsync() => Task.FromResult(server.Instance.OpenId.MintPerson());

    public Task SetFaultsAsync(params string[] names)
    {
        server.Instance.Faults.Set([.. names.Select(name => Names[name])]);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();
}

/// <summary>
/// The instance made of npm packages (<c>../shared/sigstore-instance</c>), which <c>.ci/run</c> starts: an implementation that nobody
/// of this project's authors' habits went into. Tests that want it are skipped where it does not run.
/// </summary>
public sealed class IndependentInstance : IScenarioInstance
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("MODELSIGNING_SIGSTORE_INSTANCE");

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly JsonNode _urls;

    public IndependentInstance()
    {
        Assert.SkipUnless(Folder is not null, "MODELSIGNING_SIGSTORE_INSTANCE is not set: .ci/run starts the independent instance where ../shared, node and npm are there.");
        _urls = JsonNode.Parse(Read("out/instance.json"))!;
    }

    public byte[] TrustedRoot => Read("out/trusted_root.json");

    public (string Name, string Issuer) Person => ("alice@mock.test", "https://idp.mock.test");

    public string OpenIdIssuer => (string)_urls["oidc"]!;

    public IReadOnlyDictionary<string, string> AmbientVariables => _urls["github"]!.AsObject().ToDictionary(pair => pair.Key, pair => (string)pair.Value!);

    /// <summary>The path of a file of the instance.</summary>
    public string this[string relative] => Path.Join(Folder, relative);

    public byte[] SigningConfig(int rekorVersion) => Read(rekorVersion == 1 ? "out/signing_config.v0.2.json" : "out/signing_config_rekor_v2.v0.2.json");

    public async Task<string> PersonTokenAsync()
    {
        using HttpResponseMessage answer = await _http.PostAsJsonAsync((string)_urls["mint"]!, new { });
        return await answer.Content.ReadAsStringAsync();
    }

    public async Task SetFaultsAsync(params string[] names)
    {
        using HttpResponseMessage answer = await _http.PostAsJsonAsync((string)_urls["fulcio"]! + "/control/faults", new { faults = names });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Runs one of the instance's programs.</summary>
    /// <returns>What it wrote; the exit status is asserted to be 0.</returns>
    public async Task<string> RunAsync(params string[] arguments)
    {
        ProcessStartInfo start = new("node") { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        Array.ForEach(arguments, start.ArgumentList.Add);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', arguments)}: {await output}{await errors}");
        return await output;
    }

    // The instance runs on; it is only left without faults.
    public async ValueTask DisposeAsync()
    {
        await SetFaultsAsync();
        _http.Dispose();
    }

    private byte[] Read(string relative) => File.ReadAllBytes(this[relative]);
}
