using System.Security.Cryptography;
using System.Text.Json;
using ModelSigning.Testing;
using ModelSigning.Testing.Certificates;
using ModelSigning.Testing.SigstoreInstance;
using ModelSigning.Testing.Timestamps;
using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Tests;

/// <summary>Policies that name certificates and Sigstore identities: the bundle chooses the method, the policy the signer.</summary>
public sealed class TrustPolicyMethodTests : IDisposable
{
    private const string Verify = "param($m, $p) Test-ModelSignature -LiteralPath $m -TrustPolicy $p";

    private readonly ModuleSession _session = new();
    private readonly SampleModel _model = new();
    private readonly TestCertificate _root = TestCertificate.SelfSigned(Authority("Company root"));

    private string Policy => _model.Folder["policy.json"];

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }

    [Theory]
    [InlineData("\"subject\": \"CN=Model release\"", null)]
    [InlineData("\"fingerprint\": \"FINGERPRINT\"", null)]
    [InlineData("\"comment\": \"anybody of the company\"", null)]
    [InlineData("\"subject\": \"CN=model release\"", "TrustPolicySignerNotAccepted")]
    [InlineData("\"subject\": \"CN=Model release, O=Else\"", "TrustPolicySignerNotAccepted")]
    [InlineData("\"fingerprint\": \"0000000000000000000000000000000000000000000000000000000000000000\"", "TrustPolicySignerNotAccepted")]
    [InlineData("\"subject\": \"nonsense\"", "TrustPolicyInvalid")]
    [InlineData("\"fingerprint\": \"00\"", "TrustPolicyInvalid")]
    public void A_certificate_is_accepted_when_it_is_the_one_that_the_rule_names(string members, string? id)
    {
        TestCertificate leaf = SignWithCertificate();
        string fingerprint = leaf.Certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();
        WritePolicy($"\"type\": \"certificate\", \"certificateAuthority\": \"root.pem\", {members.Replace("FINGERPRINT", fingerprint, StringComparison.Ordinal)}");
        Outcome outcome = _session.Run(Verify, _model.Path, Policy);
        Assert.Equal(id, outcome.Errors.Count == 0 && outcome.Terminating is null ? null : outcome.ErrorId);
        Assert.Equal(id is null ? 1 : 0, outcome.Output.Count);
    }

    [Fact]
    public void A_certificate_of_another_authority_is_refused()
    {
        SignWithCertificate();
        _model.Folder.Write("root.pem", TestCertificate.SelfSigned(Authority("Company root")).CertificatePem);
        WritePolicy("\"type\": \"certificate\", \"certificateAuthority\": \"root.pem\"");
        Assert.Equal("TrustPolicySignerNotAccepted", _session.Run(Verify, _model.Path, Policy).ErrorId);
    }

    [Fact]
    public void A_model_signed_with_a_key_is_not_accepted_by_a_rule_for_certificates_and_the_reverse()
    {
        _model.Sign(_session);
        _model.Folder.Write("root.pem", _root.CertificatePem);
        WritePolicy("\"type\": \"certificate\", \"certificateAuthority\": \"root.pem\"");
        Assert.Equal("TrustPolicySignerNotAccepted", _session.Run(Verify, _model.Path, Policy).ErrorId);
        File.Delete(_model.Signature);
        SignWithCertificate();
        WritePolicy("\"type\": \"key\", \"publicKey\": \"signing.pub\"");
        Assert.Equal("TrustPolicySignerNotAccepted", _session.Run(Verify, _model.Path, Policy).ErrorId);
    }

    [Fact]
    public async Task A_demand_for_a_time_is_met_by_a_timestamp_of_an_authority_that_the_rule_names()
    {
        await using TimestampServer server = await TimestampServer.StartAsync();
        _model.Folder.Write("clock.pem", server.Root.CertificatePem);
        _session.Run("param($m, $k, $u) New-ModelSignature $m -PrivateKey $k -TimestampServer $u", _model.Path, _model.PrivateKey, server.Address).ThrowIfFailed();
        const string signer = "\"type\": \"key\", \"publicKey\": \"signing.pub\"", demand = "\"timestampRequired\": true";
        WritePolicy(signer + ", \"timestampAuthorities\": [\"clock.pem\"]", demand);
        Assert.NotNull(_session.Run(Verify, _model.Path, Policy).Single.SignedTime);
        WritePolicy(signer, demand);
        Assert.Equal("TrustPolicyTimestampRequired", _session.Run(Verify, _model.Path, Policy).ErrorId);
        Assert.Contains("can never have a confirmed signing time", Assert.Single(_session.Run("param($p) Test-ModelTrustPolicy $p", Policy).Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"identity\": \"alice@sigstore.test\"", "https://idp.sigstore.test", null)]
    [InlineData("\"identityPattern\": \"*@sigstore.test\"", "https://idp.sigstore.test", null)]
    [InlineData("\"identity\": \"bob@sigstore.test\"", "https://idp.sigstore.test", "TrustPolicySignerNotAccepted")]
    [InlineData("\"identity\": \"alice@sigstore.test\"", "https://evil.test", "TrustPolicySignerNotAccepted")]
    [InlineData("\"identity\": \"a\", \"identityPattern\": \"b\"", "https://idp.sigstore.test", "TrustPolicyInvalid")]
    public async Task A_Sigstore_identity_is_accepted_with_its_issuer(string identity, string issuer, string? id)
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        string config = server.WriteFiles(_model.Folder);
        _session.Run("param($m, $t, $i) New-ModelSignature -LiteralPath $m -Sigstore -TrustConfig $t -IdentityToken $i", _model.Path, config,
            Secrets.Of(server.Instance.OpenId.MintPerson())).ThrowIfFailed();
        WritePolicy($"\"type\": \"sigstore\", {identity}, \"issuer\": \"{issuer}\", \"trustedRoot\": \"trusted_root.json\"");
        Outcome outcome = _session.Run(Verify, _model.Path, Policy);
        Assert.Equal(id, outcome.Errors.Count == 0 && outcome.Terminating is null ? null : outcome.ErrorId);
        Assert.Equal(id is null ? 1 : 0, outcome.Output.Count);
    }

    [Theory]
    [InlineData("https://github.com/owner/name/.github/workflows/release.yml@refs/tags/*", 0)]
    [InlineData("https://github.com/owner/name/**@refs/tags/*", 1)]
    public void A_pattern_that_takes_a_branch_for_a_tag_is_warned_of(string pattern, int warnings)
    {
        WritePolicy($"\"type\": \"sigstore\", \"identityPattern\": \"{pattern}\", \"issuer\": \"https://token.actions.githubusercontent.com\"");
        Outcome outcome = _session.Run("param($p) Test-ModelTrustPolicy $p", Policy);
        Assert.Equal(true, outcome.Value);
        Assert.Equal(warnings, outcome.Warnings.Count(warning => warning.Contains("x@refs/tags/v1", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("P-256", null)]
    [InlineData("Ed25519", "TrustPolicyKeyAlgorithmNotAccepted")]
    public async Task A_rule_can_name_the_algorithms_of_Sigstore_certificates(string algorithm, string? id)
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        string config = server.WriteFiles(_model.Folder);
        _session.Run("param($m, $t, $i) New-ModelSignature -LiteralPath $m -Sigstore -TrustConfig $t -IdentityToken $i", _model.Path, config,
            Secrets.Of(server.Instance.OpenId.MintPerson())).ThrowIfFailed();
        WritePolicy("\"type\": \"sigstore\", \"identity\": \"alice@sigstore.test\", \"issuer\": \"https://idp.sigstore.test\", \"trustedRoot\": \"trusted_root.json\"",
            $"\"keyAlgorithms\": \"{algorithm}\"");
        Outcome outcome = _session.Run(Verify, _model.Path, Policy);
        Assert.Equal(id, outcome.Errors.Count == 0 ? null : outcome.ErrorId);
    }

    [Theory]
    [InlineData("P-256", null)]
    [InlineData("P-384", "TrustPolicyKeyAlgorithmNotAccepted")]
    public void A_rule_can_name_the_algorithms_of_keys(string algorithm, string? id)
    {
        SignWithCertificate();
        WritePolicy("\"type\": \"certificate\", \"certificateAuthority\": \"root.pem\"", $"\"keyAlgorithms\": \"{algorithm}\"");
        Outcome outcome = _session.Run(Verify, _model.Path, Policy);
        Assert.Equal(id, outcome.Errors.Count == 0 ? null : outcome.ErrorId);
    }

    [Theory]
    [InlineData("key", "\"publicKey\": \"signing.pub\"")]
    [InlineData("certificate", "\"certificateAuthority\": \"root.pem\"")]
    [InlineData("sigstore", "\"identity\": \"somebody@example.org\", \"issuer\": \"https://accounts.example.org\"")]
    [InlineData("rule", "")]
    public void The_published_schema_has_the_members_that_the_reader_accepts(string definition, string members)
    {
        _model.Folder.Write("root.pem", _root.CertificatePem);
        const string unknown = "\"unknown\": 1";
        if (definition == "rule")
        {
            WritePolicy("\"type\": \"key\", \"publicKey\": \"signing.pub\"", unknown);
        }
        else
        {
            WritePolicy($"\"type\": \"{definition}\", {members}, {unknown}");
        }

        string message = _session.Run("param($p) Test-ModelTrustPolicy $p", Policy).Error.Exception.Message;
        string known = message[(message.IndexOf("Known are ", StringComparison.Ordinal) + "Known are ".Length)..].TrimEnd('.');
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllText(Path.Join(SharedData.RepositoryRoot, "docs", "trust-policy.schema.json")));
        JsonElement properties = schema.RootElement.GetProperty("$defs").GetProperty(definition).GetProperty("properties");
        Assert.Equal(known.Split(", "), properties.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
    }

    private TestCertificate SignWithCertificate()
    {
        TestCertificate leaf = _root.Issue(Leaf("Model release"));
        _model.Folder.Write("root.pem", _root.CertificatePem);
        _session.Run("param($m, $c, $k, $r) New-ModelSignature -LiteralPath $m -Certificate $c -PrivateKey $k -CertificateChain $r", _model.Path,
            _model.Folder.Write("leaf.pem", leaf.CertificatePem), _model.Folder.Write("leaf.key", leaf.KeyPem), _model.Folder["root.pem"]).ThrowIfFailed();
        return leaf;
    }

    private void WritePolicy(string signer, string? demand = null)
    {
        string text = $"{{ \"version\": 1, \"rules\": [ {{ \"name\": \"rule\", \"models\": \"model\", \"signers\": [ {{ {signer} }} ]{(demand is null ? "" : ", " + demand)} }} ] }}";
        using JsonDocument wellFormed = JsonDocument.Parse(text);
        File.WriteAllText(Policy, text);
    }
}
