using System.Text;
using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Policy;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Policy;

/// <summary>A rule of a policy that demands base models that verify.</summary>
public sealed class LineageDemandTests : IDisposable
{
    private const string Signed = """, "lineage": "signed", "stores": "models" """;

    private readonly TemporaryFolder _folder = new();
    private readonly EcPrivateKey _key = EcPrivateKey.Generate(EcCurve.P256), _stranger = EcPrivateKey.Generate(EcCurve.P256);

    public void Dispose()
    {
        _key.Dispose();
        _stranger.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_model_whose_base_models_verify_is_accepted()
    {
        Model("org/base");
        Model("org/top", "base_model: org/base");
        Assert.True(Verify("org/top").IsValid);
        Model("org/alone");
        Assert.True(Verify("org/alone").IsValid);
    }

    [Fact]
    public void A_missing_base_model_is_refused()
    {
        Model("org/top", "base_model: org/base");
        Assert.Equal("TrustPolicyLineageMissing", Refusal("org/top").Definition.Id);
        Assert.True(Verify("org/top", "").IsValid);
    }

    [Fact]
    public void Base_models_whose_names_differ_in_case_are_two()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere both names lead to one folder.");
        Model("org/base");
        Model("org/top", "base_model: [org/base, ORG/base]");
        Assert.Contains("'ORG/base'", Refusal("org/top").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_base_model_that_was_replaced_is_refused_for_its_own_reason()
    {
        Model("org/base");
        Model("org/top", "base_model: [org/base]");
        File.WriteAllText(_folder["models/org/base/config.json"], """{"model_type":"forged"}""");
        ModelSigningException refusal = Refusal("org/top");
        Assert.Equal("TrustPolicyLineageUnsigned", refusal.Definition.Id);
        Assert.Contains("'README.md' of", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("is not what was signed", refusal.Message, StringComparison.Ordinal);
        Model("org/base", "license: mit", _stranger);
        Assert.Contains("None of the signers", Refusal("org/top").Message, StringComparison.Ordinal);
        File.Delete(_folder["models/org/base/model.sig"]);
        Assert.Equal("TrustPolicyLineageUnsigned", Refusal("org/top").Definition.Id);
    }

    [Fact]
    public void The_base_model_of_a_base_model_is_verified_by_its_own_rule()
    {
        Model("org/base");
        Model("org/middle", "base_model: org/base");
        Model("org/top", "base_model: org/middle");
        Assert.True(Verify("org/top").IsValid);
        Directory.Delete(_folder["models/org/base"], recursive: true);
        Assert.Contains("org/base", Refusal("org/top").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Models_that_are_made_from_each_other_are_refused()
    {
        Model("org/one", "base_model: org/two");
        Model("org/two", "base_model: org/one");
        Assert.Equal("TrustPolicyLineageLoop", Refusal("org/one").Definition.Id);
        Model("org/self", "base_model: org/self");
        Assert.Equal("TrustPolicyLineageLoop", Refusal("org/self").Definition.Id);
    }

    [Fact]
    public void The_base_of_an_adapter_counts_as_well()
    {
        Model("org/top");
        File.WriteAllText(_folder["models/org/top/adapter_config.json"], """{"base_model_name_or_path":"org/base"}""");
        Sign("org/top", _key);
        Assert.Equal("TrustPolicyLineageMissing", Refusal("org/top").Definition.Id);
    }

    [Fact]
    public void A_card_that_cannot_be_read_is_refused()
    {
        Model("org/top", "base_model: org/base\nbase_model: org/other");
        Assert.Equal("TrustPolicyLineageUnreadable", Refusal("org/top").Definition.Id);
    }

    [Theory]
    [InlineData(""", "lineage": "signed" """, "'stores'")]
    [InlineData(""", "stores": "models" """, "'lineage'")]
    [InlineData(""", "lineage": "any", "stores": "models" """, "'any'")]
    public void Half_a_demand_makes_the_policy_invalid(string more, string says) =>
        Assert.Contains(says, Assert.Throws<ModelSigningException>(() => Policy(more)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_store_that_does_not_exist_is_worth_a_warning()
    {
        Assert.Contains("does not exist", Assert.Single(Policy(Signed).Advice()).Text, StringComparison.Ordinal);
        Model("org/base");
        Assert.Empty(Policy(Signed).Advice());
    }

    private void Model(string name, string matter = "license: mit", EcPrivateKey? key = null)
    {
        _folder.Write($"models/{name}/config.json", """{"model_type":"llama"}""");
        _folder.Write($"models/{name}/README.md", $"---\n{matter}\n---\n");
        Sign(name, key ?? _key);
    }

    private void Sign(string name, EcPrivateKey key) => ModelSigner.Sign(new()
    {
        ModelPath = _folder[$"models/{name}"],
        CurrentDirectory = _folder.FullPath,
        Signer = new KeySigner(key),
        Hashing = ModelFixture.Hashing,
        Force = true,
    }, CancellationToken.None);

    private TrustPolicy Policy(string more) => TrustPolicy.Parse(
        Encoding.UTF8.GetBytes($$"""{ "version": 1, "rules": [{ "name": "team", "models": "**/org/*", "signers": [{ "type": "key", "publicKey": {{JsonSerializer.Serialize(_key.PublicKey.Pem)}} }]{{more}} }] }"""),
        Path.Join(_folder.FullPath, "policy.json"), [new KeySignerKind()]);

    private VerificationResult Verify(string name, string more = Signed) => ModelVerifier.Verify(new()
    {
        ModelPath = _folder[$"models/{name}"],
        CurrentDirectory = _folder.FullPath,
        Verifier = Policy(more).VerifierFor(_folder[$"models/{name}"]),
        Hashing = ModelFixture.Hashing,
    }, CancellationToken.None);

    private ModelSigningException Refusal(string name) => Assert.Throws<ModelSigningException>(() => Verify(name));
}
