using System.Text;
using System.Text.Json;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Policy;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Tests.Policy;

/// <summary>What a policy accepts and refuses.</summary>
public sealed class TrustPolicyTests : IDisposable
{
    private readonly ModelFixture _model = new();
    private readonly EcPrivateKey _other = EcPrivateKey.Generate(EcCurve.P384);

    public void Dispose()
    {
        _model.Dispose();
        _other.Dispose();
    }

    private string Mine => Signer(_model.Key.PublicKey);

    private string Other => Signer(_other.PublicKey);

    [Fact]
    public void A_model_whose_rule_accepts_its_signer_is_valid()
    {
        _model.Sign();
        Assert.True(Verify(Rule("team", "model", Mine)).IsValid);
        Assert.True(Verify(Rule("team", "mod*", $"{Other}, {Mine}")).IsValid);
    }

    [Theory]
    [InlineData("model\", \"other", true)]
    [InlineData("other\", \"model", true)]
    [InlineData("other\", \"another", false)]
    public void A_rule_is_for_each_of_the_models_that_it_names(string models, bool decides)
    {
        _model.Sign();
        ModelSigningException refusal = Refused(Rule("team", models, Other));
        Assert.Equal(decides ? "TrustPolicySignerNotAccepted" : "TrustPolicyNoRule", refusal.Definition.Id);
    }

    [Fact]
    public void A_model_that_no_rule_matches_is_refused()
    {
        _model.Sign();
        Assert.Equal("TrustPolicyNoRule", Refused(Rule("team", "other", Mine)).Definition.Id);
    }

    [Fact]
    public void The_first_rule_that_matches_a_model_decides_and_a_later_one_does_not_weaken_it()
    {
        _model.Sign();
        ModelSigningException refusal = Refused($"{Rule("strict", "model", Other)}, {Rule("rest", "*", Mine)}");
        Assert.Equal("TrustPolicySignerNotAccepted", refusal.Definition.Id);
        Assert.Contains("'strict'", refusal.Message, StringComparison.Ordinal);
        Assert.True(Verify($"{Rule("strict", "another", Other)}, {Rule("rest", "*", Mine)}").IsValid);
    }

    [Fact]
    public void A_changed_file_is_a_difference_under_a_policy_too()
    {
        _model.Sign();
        _model.Write("config.json", "{ }");
        Assert.False(Verify(Rule("team", "model", Mine)).IsValid);
    }

    [Fact]
    public void A_demand_for_a_time_is_not_met_by_a_signature_without_one()
    {
        _model.Sign();
        Assert.Equal("TrustPolicyTimestampRequired", Refused(Rule("team", "model", Mine, "\"timestampRequired\": true")).Definition.Id);
    }

    [Fact]
    public void A_limit_for_the_age_is_not_met_by_a_signature_without_a_time()
    {
        TrustRule rule = new()
        {
            Name = "team",
            Models = [new ModelPattern("*", "/")],
            Signers = [new TrustedSigner("key", "The key", new StampedVerifier(null))],
            MaximumAge = TimeSpan.FromDays(30),
        };
        _model.Sign();
        TrustPolicy policy = new([rule], "/policy.json");
        Assert.Equal("TrustPolicyTimestampRequired", Assert.Throws<ModelSigningException>(
            () => _model.Verify(request => request with { Verifier = policy.VerifierFor(_model.ModelPath) })).Definition.Id);
    }

    [Theory]
    [InlineData("config.json", null)]
    [InlineData(null, "config.json")]
    public void A_rule_for_the_whole_of_a_model_does_not_accept_a_part_of_it(string? file, string? included)
    {
        _model.Sign();
        VerificationResult Part(string? demand) => _model.Verify(request => request with
        {
            ModelPath = file is null ? _model.ModelPath : _model[file],
            IncludePaths = included is null ? [] : [included],
            Verifier = Parse(Rule("team", "model", Mine, demand)).VerifierFor(_model.ModelPath),
        });
        Assert.Equal((true, VerificationScope.Partial), (Part(null).IsValid, Part(null).Scope));
        Assert.Equal("TrustPolicyScopeNotAccepted", Assert.Throws<ModelSigningException>(() => Part("\"scope\": \"Whole\"")).Definition.Id);
        Assert.True(Verify(Rule("team", "model", Mine, "\"scope\": \"Whole\"")).IsValid);
    }

    [Fact]
    public void An_age_that_the_signer_cannot_prove_is_refused_with_the_tool_that_works()
    {
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Parse(Rule("team", "model", Mine, "\"maximumAgeDays\": 30")));
        Assert.Equal("TrustPolicyInvalid", refusal.Definition.Id);
        Assert.Contains("'maximumAgeDays' of rules[0] cannot be enforced for a signer of the type 'key'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("'revoked'", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(30 * 24 * 60, null)]
    [InlineData((30 * 24 * 60) + 1, "TrustPolicySignatureTooOld")]
    [InlineData(-5, null)]
    [InlineData(-6, "TrustPolicySignatureInFuture")]
    public void A_signature_is_accepted_until_it_is_older_than_the_rule_says_and_a_clock_may_be_a_little_behind(int minutes, string? id)
    {
        DateTimeOffset signed = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        TrustRule rule = new()
        {
            Name = "team",
            Models = [new ModelPattern("*", "/")],
            Signers = [new TrustedSigner("key", "The key", new StampedVerifier(signed))],
            MaximumAge = TimeSpan.FromDays(30),
        };
        _model.Sign();
        TrustPolicy policy = new([rule], "/policy.json");
        FixedClock clock = new(signed.AddMinutes(minutes));
        Exception? refusal = Record.Exception(() => _model.Verify(request => request with { Verifier = policy.VerifierFor(_model.ModelPath, clock) }));
        Assert.Equal(id, (refusal as ModelSigningException)?.Definition.Id);
    }

    [Theory]
    [InlineData(30, null)]
    [InlineData(31, "TrustPolicySignatureTooOld")]
    public void The_age_counts_from_when_the_signers_certificate_began_no_matter_who_stamped_the_signature_later(int days, string? id)
    {
        DateTimeOffset began = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        DateTimeOffset now = began.AddDays(days);
        TrustRule rule = new()
        {
            Name = "team",
            Models = [new ModelPattern("*", "/")],
            Signers = [new TrustedSigner("key", "The key", new StampedVerifier(now.AddDays(-1), began))],
            MaximumAge = TimeSpan.FromDays(30),
        };
        _model.Sign();
        TrustPolicy policy = new([rule], "/policy.json");
        Exception? refusal = Record.Exception(() => _model.Verify(request => request with { Verifier = policy.VerifierFor(_model.ModelPath, new FixedClock(now)) }));
        Assert.Equal(id, (refusal as ModelSigningException)?.Definition.Id);
    }

    [Theory]
    [InlineData("\"hashAlgorithms\": [\"sha256\", \"blake3\"]", null)]
    [InlineData("\"hashAlgorithms\": \"blake3\"", "TrustPolicyAlgorithmNotAccepted")]
    [InlineData("\"keyAlgorithms\": [\"P-256\", \"P-384\"]", null)]
    [InlineData("\"keyAlgorithms\": \"P-521\"", "TrustPolicyKeyAlgorithmNotAccepted")]
    [InlineData("\"pins\": \"PIN\"", null)]
    [InlineData("\"pins\": [\"pin1:0000000000000000000000000000000000000000000000000000000000000000\"]", "TrustPolicyModelNotPinned")]
    [InlineData("\"pins\": [\"pin1:0000000000000000000000000000000000000000000000000000000000000000\", \"PIN\"]", null)]
    public void A_rule_can_demand_an_algorithm_and_pin_a_model(string demand, string? id)
    {
        _model.Sign();
        string rule = Rule("team", "model", Mine, demand.Replace("PIN", Pin(), StringComparison.Ordinal));
        Exception? refusal = Record.Exception(() => Verify(rule));
        Assert.Equal(id, (refusal as ModelSigningException)?.Definition.Id);
    }

    [Fact]
    public void A_policy_may_have_comments_and_a_key_may_be_a_file_beside_it()
    {
        _model.Sign();
        File.WriteAllText(Path.Join(_model.Root, "team.pub"), _model.Key.PublicKey.Pem);
        string path = Path.Join(_model.Root, "policy.json");
        File.WriteAllText(path, """
            // Who may sign what.
            {
              "$schema": "https://example.org/trust-policy.schema.json",
              "version": 1,
              "rules": [
                { "name": "team", "comment": "ours", /* all of it */ "models": "mod*", "signers": [ { "type": "key", "publicKey": "team.pub" } ], },
              ],
            }
            // end
            """);
        TrustPolicy policy = TrustPolicy.Read(path, [new KeySignerKind()]);
        Assert.True(_model.Verify(request => request with { Verifier = policy.VerifierFor(_model.ModelPath) }).IsValid);
    }

    [Theory]
    [InlineData("", "list with at least one object")]
    [InlineData("{ \"name\": \"a\", \"models\": \"m\", \"signers\": [] }", "signers")]
    [InlineData("{ \"name\": \"a\", \"models\": \"m\", \"signers\": [ { \"type\": \"pgp\" } ] }", "pgp")]
    [InlineData("{ \"name\": \"a\", \"models\": [], \"signers\": [ SIGNER ] }", "models")]
    [InlineData("{ \"name\": \"a\", \"signers\": [ SIGNER ] }", "models")]
    [InlineData("{ \"models\": \"m\", \"signers\": [ SIGNER ] }", "name")]
    [InlineData("{ \"name\": \"\", \"models\": \"m\", \"signers\": [ SIGNER ] }", "'name' of rules[0] must be a string that is not empty")]
    [InlineData("{ \"name\": \"a\", \"models\": \"m\", \"signers\": [ SIGNER ], \"timestampRequird\": true }", "timestampRequird")]
    [InlineData("{ \"name\": \"a\", \"models\": \"m\", \"signers\": [ SIGNER ], \"timestampRequired\": \"yes\" }", "true or false")]
    [InlineData("{ \"name\": \"a\", \"models\": \"m\", \"signers\": [ SIGNER ], \"maximumAgeDays\": 0 }", "greater than 0")]
    [InlineData("{ \"name\": \"a\", \"models\": \"m\", \"signers\": [ SIGNER ], \"maximumAgeDays\": 1e300 }", "greater than 0")]
    [InlineData("{ \"name\": \"a\", \"models\": \"m\", \"signers\": [ SIGNER ], \"hashAlgorithms\": [\"md5\"] }", "md5")]
    [InlineData("{ \"name\": \"a\", \"models\": \"m\", \"signers\": [ SIGNER ], \"keyAlgorithms\": [\"RSA\"] }", "RSA")]
    [InlineData("{ \"name\": \"a\", \"models\": \"m\", \"signers\": [ SIGNER ], \"pins\": [\"sha256:00\"] }", "'sha256:00' in 'pins' of rules[0] is not a pin")]
    [InlineData("{ \"name\": \"a\", \"models\": \"m\", \"signers\": [ SIGNER ], \"rootDigests\": [\"sha256:00\"] }", "covers neither the names nor the shards of the files. Review the model, and use 'pins'")]
    [InlineData("{ \"name\": \"a\", \"modles\": \"m\", \"signers\": [ SIGNER ] }", "rules[0] has an unknown member 'modles'. Did you mean 'models'?")]
    [InlineData("{ \"name\": \"a\", \"Models\": \"m\", \"signers\": [ SIGNER ] }", "'Models'. Did you mean 'models'?")]
    [InlineData("{ \"name\": \"a\", \"models\": \"m\", \"signer\": [ SIGNER ] }", "'signer'. Did you mean 'signers'?")]
    [InlineData("{ \"nmae\": \"a\", \"models\": \"m\", \"signers\": [ SIGNER ] }", "'nmae'. Did you mean 'name'?")]
    [InlineData("{ \"name\": \"a\", \"models\": \"m\", \"signers\": [ SIGNER ], \"hashAlgorithm\": \"sha256\" }", "'hashAlgorithm'. Did you mean 'hashAlgorithms'?")]
    [InlineData("{ \"name\": \"a\", \"models\": \"m\", \"signers\": [ { \"typ\": \"key\" } ] }", "rules[0].signers[0] has an unknown member 'typ'. Did you mean 'type'?")]
    [InlineData("{ \"name\": \"a\", \"models\": \"m\", \"signers\": [ { \"type\": \"key\", \"publickey\": \"a.pub\" } ] }", "'publickey'. Did you mean 'publicKey'?")]
    [InlineData("{ \"name\": \"a\", \"models\": \"m\" }", "rules[0] needs a member 'signers'")]
    [InlineData("{ \"name\": \"a\", \"name\": \"b\", \"models\": \"m\", \"signers\": [ SIGNER ] }", "twice")]
    [InlineData("{ \"name\": \"a\", \"models\": \"m\", \"signers\": [ SIGNER ] }, { \"name\": \"A\", \"models\": \"n\", \"signers\": [ SIGNER ] }", "Two rules have the name 'a'.")]
    [InlineData("{ \"name\": \"a\", \"models\": \"m\", \"signers\": [ { \"type\": \"key\", \"publicKey\": \"PEM\", \"optional\": true } ] }", "optional")]
    public void A_policy_that_breaks_the_format_is_refused_with_the_place(string rules, string named)
    {
        string filled = rules.Replace("SIGNER", Mine, StringComparison.Ordinal).Replace("\"PEM\"", JsonSerializer.Serialize(_other.PublicKey.Pem), StringComparison.Ordinal);
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Parse(filled));
        Assert.Equal("TrustPolicyInvalid", refusal.Definition.Id);
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"rules\": [] }")]
    [InlineData("{ \"version\": 2, \"rules\": [] }")]
    [InlineData("{ \"version\": 1 }")]
    [InlineData("{ \"version\": \"1\", \"rules\": [] }")]
    [InlineData("{ \"verson\": 1, \"rules\": [] }")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{ \"version\": 1, \"rules\": [] } {}")]
    public void A_document_that_is_not_a_policy_is_refused(string text) =>
        Assert.Equal("TrustPolicyInvalid", Assert.Throws<ModelSigningException>(() => TrustPolicy.Parse(Encoding.UTF8.GetBytes(text), "/policy.json", [new KeySignerKind()])).Definition.Id);

    [Theory]
    [InlineData("\"version\": 1", null)]
    [InlineData("\"version\": 2", "'version' must be 1.")]
    [InlineData("\"version\": 1.5", "'version' must be 1.")]
    [InlineData("\"version\": 1, \"revokd\": { \"keys\": [] }", "an unknown member 'revokd'. Did you mean 'revoked'?")]
    [InlineData("\"version\": 1, \"strict\": true", "an unknown member 'strict'")]
    public void A_policy_of_another_version_or_with_a_member_that_is_not_known_is_refused_although_its_rules_can_be_read(string members, string? message)
    {
        Exception? refusal = Record.Exception(() => TrustPolicy.Parse(
            Encoding.UTF8.GetBytes($"{{ {members}, \"rules\": [{Rule("team", "model", Mine)}] }}"), Path.Join(_model.Root, "policy.json"), [new KeySignerKind()]));
        Assert.Equal(message is null ? null : "TrustPolicyInvalid", (refusal as ModelSigningException)?.Definition.Id);
        Assert.Contains(message ?? "", refusal?.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_files_are_named()
    {
        Assert.Equal("TrustPolicyNotFound", Assert.Throws<ModelSigningException>(() => TrustPolicy.Read(Path.Join(_model.Root, "none.json"), [])).Definition.Id);
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Parse(Rule("a", "m", "{ \"type\": \"key\", \"publicKey\": \"none.pub\" }")));
        Assert.Equal("KeyNotFound", refusal.Definition.Id);
        Assert.Matches(@"^The trust policy '[^']+': rules\[0\]\.signers\[0\]: ", refusal.Message);
    }

    [Fact]
    public void What_a_policy_may_not_mean_is_said()
    {
        IReadOnlyList<PolicyAdvice> advice = Parse(string.Join(", ",
            Rule("all", "*", Mine), Rule("late", "model", Mine), Rule("timed", "x", Mine, "\"timestampRequired\": true"))).Advice();
        Assert.Contains(advice, one => one.Rule == "all" && one.Text.Contains("every model", StringComparison.Ordinal));
        Assert.Contains(advice, one => one.Rule == "late" && one.Text.Contains("earlier rule 'all'", StringComparison.Ordinal));
        Assert.Contains(advice, one => one.Rule == "timed" && one.Text.Contains("can never have a confirmed signing time", StringComparison.Ordinal));
        Assert.Empty(Parse(Rule("one", "model", Mine)).Advice());
    }

    [Fact]
    public void A_policy_that_was_written_is_read_as_it_was_meant()
    {
        _model.Sign();
        string pin = Pin();
        RuleDraft draft = new("team", "model", "first use", writer =>
        {
            writer.WriteString("type", "key");
            writer.WriteString("publicKey", _model.Key.PublicKey.Pem);
        })
        { Pin = pin };
        TrustPolicy policy = TrustPolicy.Parse(TrustPolicyWriter.ToJson([draft]), Path.Join(_model.Root, "policy.json"), [new KeySignerKind()]);
        Assert.Equal([pin], Assert.Single(policy.Rules).Pins);
        Assert.True(_model.Verify(request => request with { Verifier = policy.VerifierFor(_model.ModelPath) }).IsValid);
    }

    [Theory]
    [InlineData("models--org--base", "team")]
    [InlineData("models--org--base/snapshots/COMMIT", "team")]
    [InlineData("models--org--base/snapshots/COMMIT/", "team")]
    [InlineData("models--org--base/snapshots/COMMIT/sub", "all")]
    [InlineData("models--org--base/other/COMMIT", "all")]
    [InlineData("models--org--base/snapshots/main", "team")]
    [InlineData("models--org--base/Snapshots/COMMIT", "team")]
    [InlineData("models--org--other/snapshots/COMMIT", "snapshots")]
    [InlineData("other/snapshots/COMMIT", "snapshots")]
    public void A_snapshot_of_the_hubs_cache_falls_under_the_first_rule_for_it_or_its_repository(string path, string rule)
    {
        TrustPolicy policy = Parse($"{Rule("team", "**/models--org--base", Mine)}, {Rule("snapshots", "**/snapshots/a*", Mine)}, {Rule("all", "**", Mine)}");
        Assert.Equal(rule, policy.RuleFor(Path.Join(_model.Root, path.Replace("COMMIT", new string('a', 40), StringComparison.Ordinal)))?.Name);
    }

    [Theory]
    [InlineData("store/prod/../prod/model")]
    [InlineData("elsewhere/../store/prod/model")]
    [InlineData("store/./prod//model/")]
    [InlineData("store/prod/model/sub/..")]
    public void No_spelling_of_a_path_leads_around_the_rule_that_stands_first(string path)
    {
        TrustPolicy policy = Parse($"{Rule("prod", "store/prod/*", Mine)}, {Rule("all", "*", Mine)}");
        Assert.Equal("prod", policy.RuleFor(Path.Join(_model.Root, path))?.Name);
        Assert.Equal("all", policy.RuleFor(Path.Join(_model.Root, "store/prod/../model"))?.Name);
        Assert.Null(policy.RuleFor(path));
        Assert.Null(policy.RuleFor(""));
        Assert.Null(policy.RuleFor(Path.Join(_model.Root, "store/prod/mo\0del")));
    }

    private string Pin() => _model.Verify().Statement.Pin;

    private static string Signer(EcPublicKey key) => $"{{ \"type\": \"key\", \"publicKey\": {JsonSerializer.Serialize(key.Pem)} }}";

    private static string Rule(string name, string model, string signers, string? demand = null) =>
        $"{{ \"name\": \"{name}\", \"models\": [\"{model}\"], \"signers\": [{signers}]{(demand is null ? "" : ", " + demand)} }}";

    private TrustPolicy Parse(string rules) =>
        TrustPolicy.Parse(Encoding.UTF8.GetBytes($"{{ \"version\": 1, \"rules\": [{rules}] }}"), Path.Join(_model.Root, "policy.json"), [new KeySignerKind()]);

    private VerificationResult Verify(string rules) =>
        _model.Verify(request => request with { Verifier = Parse(rules).VerifierFor(_model.ModelPath) });

    private ModelSigningException Refused(string rules) => Assert.Throws<ModelSigningException>(() => Verify(rules));

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    private sealed class StampedVerifier(DateTimeOffset? time, DateTimeOffset? notBefore = null) : SignatureVerifier
    {
        protected override SignatureEvidence VerifySignature(Core.Bundles.Bundle bundle) => new StampedEvidence { SignedTime = time, NotSignedBefore = notBefore };
    }

    private sealed record StampedEvidence : SignatureEvidence
    {
        public override SignatureMethod Method => SignatureMethod.Key;

        public override string KeyAlgorithm => "P-256";

        public override string Signer => "somebody";
    }
}
