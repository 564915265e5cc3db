using System.Text;
using System.Text.Json;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Policy;
using ModelSigning.Core.Tests.Claims;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Tests.Policy;

/// <summary>Claims that a rule of a policy demands.</summary>
public sealed class ClaimDemandTests : IDisposable
{
    private const string TestResult = "https://in-toto.io/attestation/test-result/v0.1";

    private readonly ClaimScene _scene = new();

    public void Dispose() => _scene.Dispose();

    private string Claimant => Signer(_scene.Claimant.PublicKey);

    private string ModelSigner => Signer(_scene.Model.Key.PublicKey);

    [Fact]
    public void A_model_without_the_demanded_claim_is_refused_and_the_refusal_says_what_is_lacking()
    {
        ModelSigningException refusal = Refused(Demand($$"""{ "predicateType": "{{TestResult}}", "signers": [{{Claimant}}], "conditions": [{ "pointer": "/result", "equals": "PASSED" }] }"""));
        Assert.Equal("TrustPolicyClaimMissing", refusal.Definition.Id);
        Assert.Contains($"a claim of the type '{TestResult}' where /result is \"PASSED\"", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("'team'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_with_the_demanded_claim_is_valid()
    {
        _scene.Claim("""{"result":"PASSED"}""", "test-result");
        Assert.True(Verify(Demand($$"""{ "predicateType": "test-result", "signers": [{{ModelSigner}}, {{Claimant}}], "boundTo": "Content" }""")).IsValid);
    }

    [Theory]
    [InlineData("""{ "pointer": "/result", "equals": "PASSED" }""", null)]
    [InlineData("""{ "pointer": "/result", "equals": "passed" }""", "/result is \"PASSED\"")]
    [InlineData("""{ "pointer": "/Result", "equals": "PASSED" }""", "/Result does not exist")]
    [InlineData("""{ "pointer": "/result", "in": ["WARNED", "PASSED"] }""", null)]
    [InlineData("""{ "pointer": "/result", "in": ["WARNED"] }""", "/result is \"PASSED\"")]
    [InlineData("""{ "pointer": "/result", "exists": true }""", null)]
    [InlineData("""{ "pointer": "/result", "exists": false }""", "/result is \"PASSED\"")]
    [InlineData("""{ "pointer": "/nothing", "exists": false }""", null)]
    [InlineData("""{ "pointer": "/tests/1/score", "equals": 1 }""", null)]
    [InlineData("""{ "pointer": "/tests/1/score", "equals": 1.00 }""", null)]
    [InlineData("""{ "pointer": "/tests/1/score", "equals": "1" }""", "/tests/1/score is 1")]
    [InlineData("""{ "pointer": "/tests/0/score", "equals": null }""", null)]
    [InlineData("""{ "pointer": "/tests/2/score", "equals": null }""", "/tests/2/score does not exist")]
    [InlineData("""{ "pointer": "/failed", "equals": false }""", null)]
    [InlineData("""{ "pointer": "/failed", "equals": true }""", "/failed is false")]
    [InlineData("""{ "pointer": "/tests", "equals": "x" }""", "/tests is an array")]
    [InlineData("""{ "pointer": "/result", "equals": "PASSED" }, { "pointer": "/failed", "equals": true }""", "/failed is false")]
    public void A_condition_is_on_a_member_of_the_predicate(string conditions, string? fault)
    {
        _scene.Claim("""{"result":"PASSED","failed":false,"tests":[{"score":null},{"score":1}]}""", "test-result");
        string policy = Demand($$"""{ "predicateType": "test-result", "signers": [{{Claimant}}], "conditions": [{{conditions}}] }""");
        if (fault is null)
        {
            Assert.True(Verify(policy).IsValid);
        }
        else
        {
            Assert.Contains($"In line 1 {fault}.", Refused(policy).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("1e-29", "0", false)]
    [InlineData("0.10000000000000000000000000000001", "0.1", false)]
    [InlineData("79228162514264337593543950335.4", "79228162514264337593543950335", false)]
    [InlineData("1e400", "10e399", true)]
    [InlineData("12300e-2", "1.23E+2", true)]
    [InlineData("100", "1e2", true)]
    [InlineData("100", "1e1", false)]
    [InlineData("-0.0", "0e7", true)]
    [InlineData("-1", "1", false)]
    [InlineData("0.05", "5e-2", true)]
    [InlineData("10e99999999999999999998", "1e99999999999999999999", false)] // beyond what is compared
    [InlineData("1e99999999999999999999", "1e99999999999999999999", true)]
    [InlineData("0e99999999999999999999", "0", true)]
    public void Numbers_are_equal_only_if_their_values_are_exactly(string claimed, string demanded, bool isMet)
    {
        _scene.Claim($$"""{"n":{{claimed}}}""");
        string policy = Demand($$"""{ "predicateType": "{{ClaimScene.Type}}", "signers": [{{Claimant}}], "conditions": [{ "pointer": "/n", "equals": {{demanded}} }] }""");
        if (isMet)
        {
            Assert.True(Verify(policy).IsValid);
        }
        else
        {
            Assert.Contains($"/n is {claimed}.", Refused(policy).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void One_claim_must_meet_all_conditions()
    {
        _scene.Claim("""{"a":1}""");
        _scene.Claim("""{"b":2}""");
        string both = Demand($$"""{ "predicateType": "{{ClaimScene.Type}}", "signers": [{{Claimant}}], "conditions": [{ "pointer": "/a", "equals": 1 }, { "pointer": "/b", "equals": 2 }] }""");
        Assert.Equal("TrustPolicyClaimMissing", Refused(both).Definition.Id);
        _scene.Claim("""{"a":1,"b":2}""");
        Assert.True(Verify(both).IsValid);
    }

    [Fact]
    public void Every_requirement_must_be_met()
    {
        _scene.Claim("""{"a":1}""");
        string two = Demand($$"""{ "predicateType": "{{ClaimScene.Type}}", "signers": [{{Claimant}}] }, { "predicateType": "https://slsa.dev/provenance/v1", "signers": [{{Claimant}}] }""");
        ModelSigningException refusal = Refused(two);
        Assert.Contains("'https://slsa.dev/provenance/v1'", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain($"a claim of the type '{ClaimScene.Type}'", refusal.Message, StringComparison.Ordinal);
        _scene.Claim("{}", "slsa-provenance");
        Assert.True(Verify(two).IsValid);
    }

    [Fact]
    public void The_signers_of_the_model_are_not_those_of_its_claims()
    {
        _scene.AddForeign($"\"sha256\":\"{_scene.RootDigest}\"");
        Assert.Contains("TrustPolicyClaimMissing", Refused(Demand($$"""{ "predicateType": "{{ClaimScene.Type}}", "signers": [{{Claimant}}] }""")).Definition.Id, StringComparison.Ordinal);
    }

    [Fact]
    public void A_demand_for_the_content_pin_is_not_met_by_a_claim_about_the_root_digest()
    {
        _scene.AddForeign($"\"sha256\":\"{_scene.RootDigest}\"");
        string signer = Json(_scene.Foreigner.ExportSubjectPublicKeyInfoPem());
        Assert.True(Verify(Demand($$"""{ "predicateType": "{{ClaimScene.Type}}", "signers": [{{signer}}] }""")).IsValid);
        Assert.Contains("not to its content pin", Refused(Demand($$"""{ "predicateType": "{{ClaimScene.Type}}", "signers": [{{signer}}], "boundTo": "Content" }""")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_claim_of_a_revoked_signer_does_not_count()
    {
        _scene.Claim();
        string rules = Demand($$"""{ "predicateType": "{{ClaimScene.Type}}", "signers": [{{Claimant}}] }""");
        Assert.True(Verify(rules).IsValid);
        ModelSigningException refusal = Refused(rules, $$""", "revoked": { "keys": ["{{_scene.Claimant.PublicKey.Hint}}"] }""");
        Assert.Equal("TrustPolicyClaimMissing", refusal.Definition.Id);
        Assert.Contains("revokes the key", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_claim_that_hides_the_name_of_its_revoked_key_does_not_count_either()
    {
        _scene.Claim();
        Bundle bundle = BundleReader.Parse(File.ReadAllBytes(_scene.Path), "the claim");
        File.WriteAllBytes(_scene.Path, BundleWriter.Write(bundle with { VerificationMaterial = bundle.VerificationMaterial with { PublicKey = new PublicKeyIdentifier("") } }));
        string rules = Demand($$"""{ "predicateType": "{{ClaimScene.Type}}", "signers": [{{Claimant}}] }""");
        Assert.True(Verify(rules).IsValid);
        ModelSigningException refusal = Refused(rules, $$""", "revoked": { "keys": ["{{_scene.Claimant.PublicKey.Hint}}"] }""");
        Assert.Equal("TrustPolicyClaimMissing", refusal.Definition.Id);
        Assert.Contains("revokes the key", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_model_is_a_difference_whatever_is_claimed()
    {
        _scene.Claim();
        _scene.Model.Write("config.json", "{ }");
        Assert.False(Verify(Demand($$"""{ "predicateType": "{{ClaimScene.Type}}", "signers": [{{Claimant}}] }""")).IsValid);
    }

    [Fact]
    public void Only_what_the_rule_requires_counts_as_a_claim()
    {
        _scene.Claim("""{"a":1}""");
        _scene.Claim("""{"a":2}""");
        _scene.Claim("{}", "slsa-provenance");
        TrustPolicy policy = Parse(Demand($$"""{ "predicateType": "{{ClaimScene.Type}}", "signers": [{{Claimant}}], "conditions": [{ "pointer": "/a", "equals": 2 }] }"""));
        VerificationResult model = _scene.Model.Verify(request => request with { Verifier = policy.VerifierFor(_scene.Model.ModelPath) });
        string[] outcomes = [.. ((PolicyVerifier)model.Verifier).VerifyClaims(model, null, CancellationToken.None).Select(ClaimScene.Outcome)];
        Assert.Equal(["TrustPolicyClaimConditionUnmet", "counts", "TrustPolicyClaimTypeOther"], outcomes);
    }

    [Fact]
    public void A_rule_that_names_no_claims_accepts_none()
    {
        _scene.Claim();
        TrustPolicy policy = Parse(Rule(""));
        VerificationResult model = _scene.Model.Verify(request => request with { Verifier = policy.VerifierFor(_scene.Model.ModelPath) });
        Assert.Equal("TrustPolicyClaimSignerNotAccepted", Assert.Single(((PolicyVerifier)model.Verifier).VerifyClaims(model, null, CancellationToken.None)).Refusal!.Definition.Id);
    }

    [Theory]
    [InlineData("""{ "signers": [S] }""", "predicateType")]
    [InlineData("""{ "predicateType": "https://a.example/b" }""", "signers")]
    [InlineData("""{ "predicateType": "https://a.example/b", "signers": [] }""", "signers")]
    [InlineData("""{ "predicateType": "sbom", "signers": [S] }""", "'sbom' is not an absolute URI")]
    [InlineData("""{ "predicateType": "https://model_signing/signature/v1.0", "signers": [S] }""", "model's own signature")]
    [InlineData("""{ "predicateType": "https://a.example/b", "signers": [S], "boundTo": "content" }""", "'content'")]
    [InlineData("""{ "predicateType": "https://a.example/b", "signers": [S], "condition": [] }""", "unknown member 'condition'")]
    [InlineData("""{ "predicateType": "https://a.example/b", "signers": [S], "conditions": [] }""", "conditions")]
    [InlineData("""{ "predicateType": "https://a.example/b", "signers": [S], "conditions": [{ "pointer": "result", "equals": 1 }] }""", "not a JSON Pointer")]
    [InlineData("""{ "predicateType": "https://a.example/b", "signers": [S], "conditions": [{ "pointer": "/a" }] }""", "exactly one of")]
    [InlineData("""{ "predicateType": "https://a.example/b", "signers": [S], "conditions": [{ "pointer": "/a", "equals": 1, "exists": true }] }""", "exactly one of")]
    [InlineData("""{ "predicateType": "https://a.example/b", "signers": [S], "conditions": [{ "pointer": "/a", "in": [] }] }""", "exactly one of")]
    [InlineData("""{ "predicateType": "https://a.example/b", "signers": [S], "conditions": [{ "pointer": "/a", "exists": "yes" }] }""", "exactly one of")]
    [InlineData("""{ "predicateType": "https://a.example/b", "signers": [S], "conditions": [{ "pointer": "/a", "equals": {} }] }""", "object or an array")]
    [InlineData("""{ "predicateType": "https://a.example/b", "signers": [S], "conditions": [{ "pointer": "/a", "equal": 1 }] }""", "exactly one of")]
    [InlineData("""{ "predicateType": "https://a.example/b", "signers": [S], "conditions": [{ "pointer": "/a", "equals": 1, "unless": "/b" }] }""", "unknown member 'unless'")]
    public void A_demand_that_is_not_understood_makes_the_policy_invalid(string claim, string where)
    {
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Parse(Demand(claim.Replace("S", Claimant, StringComparison.Ordinal))));
        Assert.Equal("TrustPolicyInvalid", refusal.Definition.Id);
        Assert.Contains(where, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_author_is_told_that_a_failed_test_counts_as_well()
    {
        Assert.Contains("whatever its result is", Assert.Single(Parse(Demand($$"""{ "predicateType": "test-result", "signers": [{{Claimant}}] }""")).Advice()).Text, StringComparison.Ordinal);
        Assert.Contains("accepts every version", Assert.Single(Parse(Demand($$"""{ "predicateType": "https://cyclonedx.org/bom/v1.6", "signers": [{{Claimant}}] }""")).Advice()).Text, StringComparison.Ordinal);
        Assert.Empty(Parse(Demand($$"""{ "predicateType": "cyclonedx", "signers": [{{Claimant}}] }""")).Advice());
    }

    private static string Signer(EcPublicKey key) => Json(key.Pem);

    private static string Json(string pem) => $$"""{ "type": "key", "publicKey": {{JsonSerializer.Serialize(pem)}} }""";

    private string Demand(string claims) => Rule($", \"claims\": [{claims}]");

    private string Rule(string more) => $$"""{ "name": "team", "models": "model", "signers": [{{ModelSigner}}]{{more}} }""";

    private TrustPolicy Parse(string rule, string more = "") => TrustPolicy.Parse(
        Encoding.UTF8.GetBytes($$"""{ "version": 1, "rules": [{{rule}}]{{more}} }"""), Path.Join(_scene.Model.Root, "policy.json"), [new KeySignerKind()]);

    private VerificationResult Verify(string rule, string more = "") =>
        _scene.Model.Verify(request => request with { Verifier = Parse(rule, more).VerifierFor(_scene.Model.ModelPath) });

    private ModelSigningException Refused(string rule, string more = "") => Assert.Throws<ModelSigningException>(() => Verify(rule, more));
}
