using System.Text;
using System.Text.Json.Nodes;
using ModelSigning.Core.Claims;
using ModelSigning.Core.Errors;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Claims;

/// <summary>Which claims count, and which do not.</summary>
public sealed class ClaimVerifierTests : IDisposable
{
    private readonly ClaimScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_claim_that_was_made_here_counts_and_is_bound_to_the_content()
    {
        _scene.Claim("""{ "result": "PASSED" }""", "test-result");
        VerifiedClaim claim = Assert.Single(_scene.Verify()).Claim!;
        Assert.Equal("https://in-toto.io/attestation/test-result/v0.1", claim.PredicateType);
        Assert.Equal("""{ "result": "PASSED" }""", Encoding.UTF8.GetString(claim.Predicate.Utf8.Span));
        Assert.Equal((ClaimBinding.Content, "model", 1), (claim.BoundTo, claim.SubjectName, claim.Line));
        Assert.Equal(_scene.Claimant.PublicKey.Hint, claim.Evidence.Signer);
    }

    [Fact]
    public void Its_statement_is_one_of_in_toto_about_the_root_digest_of_the_models_signature()
    {
        _scene.Claim();
        JsonNode bundle = JsonNode.Parse(File.ReadAllText(_scene.Path))!;
        JsonNode statement = JsonNode.Parse(Convert.FromBase64String((string)bundle["dsseEnvelope"]!["payload"]!))!;
        JsonNode signed = JsonNode.Parse(Convert.FromBase64String((string)JsonNode.Parse(File.ReadAllText(_scene.Model.SignaturePath))!["dsseEnvelope"]!["payload"]!))!;
        Assert.Equal("application/vnd.in-toto+json", (string)bundle["dsseEnvelope"]!["payloadType"]!);
        Assert.Equal("https://in-toto.io/Statement/v1", (string)statement["_type"]!);
        Assert.Equal((string)signed["subject"]![0]!["digest"]!["sha256"]!, (string)statement["subject"]![0]!["digest"]!["sha256"]!);
        Assert.Equal(_scene.Pin, (string)statement["subject"]![0]!["digest"]!["modelPin1"]!);
        Assert.Equal(ClaimScene.Type, (string)statement["predicateType"]!);
    }

    [Fact]
    public void A_claim_of_another_tool_about_the_root_digest_counts_and_says_what_it_is_bound_to()
    {
        _scene.AddForeign($"\"sha256\":\"{_scene.RootDigest}\"");
        _scene.AddForeign($"\"sha512\":\"00\",\"sha256\":\"{_scene.RootDigest}\"");
        _scene.Add(ForeignClaim.Line(_scene.Foreigner, ForeignClaim.Statement(
            $"\"sha256\":\"{_scene.RootDigest}\"", ClaimScene.Type, "{}", "https://in-toto.io/Statement/v0.1")));
        Assert.All(_scene.Verify(_scene.TrustingForeigner), finding => Assert.Equal(ClaimBinding.RootDigest, finding.Claim!.BoundTo));
    }

    [Fact]
    public void A_claim_by_a_stranger_does_not_count()
    {
        _scene.Claim();
        _scene.AddForeign($"\"sha256\":\"{_scene.RootDigest}\"");
        Assert.Equal(["counts", "SignatureInvalid"], _scene.Outcomes());
        Assert.Equal(["KeyMismatch", "counts"], _scene.Outcomes(_scene.TrustingForeigner));
    }

    [Fact]
    public void Lines_of_strangers_are_verified_up_to_a_bound_for_what_they_carry()
    {
        JsonNode bundle = JsonNode.Parse(ForeignClaim.Line(_scene.Foreigner, ForeignClaim.Statement($"\"sha256\":\"{_scene.RootDigest}\"", ClaimScene.Type, "{}")))!;
        bundle["verificationMaterial"]!["timestampVerificationData"] = new JsonObject
        {
            ["rfc3161Timestamps"] = new JsonArray([.. Enumerable.Range(0, 31).Select(_ => (JsonNode)new JsonObject { ["signedTimestamp"] = "AAAA" })]),
        };
        string line = bundle.ToJsonString();
        const int most = ClaimVerifier.MaximumRefused / 32;
        for (int index = 0; index < most; index++)
        {
            _scene.Add(line);
        }

        _scene.Claim();
        Assert.Equal("counts", _scene.Outcomes()[^1]);
        _scene.Add(line);
        Assert.Equal("ClaimsFileTooLarge", Assert.Throws<ModelSigningException>(() => _scene.Outcomes()).Definition.Id);
    }

    [Fact]
    public void A_claim_whose_subject_was_altered_does_not_count()
    {
        string other = ForeignClaim.Statement($"\"sha256\":\"{new string('0', 64)}\"", ClaimScene.Type, "{}");
        string here = ForeignClaim.Statement($"\"sha256\":\"{_scene.RootDigest}\"", ClaimScene.Type, "{}");
        _scene.Add(ForeignClaim.Line(_scene.Foreigner, other, payload: here));
        Assert.Equal(["SignatureInvalid"], _scene.Outcomes(_scene.TrustingForeigner));
    }

    [Theory]
    [InlineData("\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\"")]
    [InlineData("\"sha512\":\"ROOT\"")]
    [InlineData("\"sha256\":\"ROOT \"")]
    [InlineData("\"SHA256\":\"ROOT\"")]
    [InlineData("\"sha256\":\"ROOT\",\"modelPin1\":\"0000000000000000000000000000000000000000000000000000000000000000\"")]
    [InlineData("\"sha256\":\"ROOT\",\"modelPin1\":\"\"")]
    public void A_claim_about_another_digest_is_about_another_model(string digests)
    {
        digests = digests.Replace("ROOT", _scene.RootDigest, StringComparison.Ordinal);
        _scene.AddForeign(digests);
        _scene.Add(ForeignClaim.Line(_scene.Foreigner, ForeignClaim.Statement(digests, ClaimScene.Type, "{}").Replace("\"model\"", "\"other\"", StringComparison.Ordinal)));
        Assert.Equal(
            digests.Contains("modelPin1", StringComparison.Ordinal) ? ["ClaimAboutOtherForm", "ClaimAboutOtherForm"] : ["ClaimAboutOtherVersion", "ClaimAboutOtherModel"],
            _scene.Outcomes(_scene.TrustingForeigner));
    }

    [Fact]
    public void A_claim_that_was_replayed_from_another_model_of_the_same_name_is_about_that_model()
    {
        using ClaimScene other = new();
        other.Model.Write("config.json", """{"other":true}""");
        other.Model.Sign(request => request with { Force = true });
        ClaimRequest request = other.Request() with { ClaimsPath = _scene.Path };
        ClaimSubject.Of(request, CancellationToken.None).Claim(request, new Core.Signing.KeySigner(_scene.Claimant), CancellationToken.None);
        Assert.Equal(["ClaimAboutOtherVersion"], _scene.Outcomes());
    }

    [Fact]
    public void A_claim_with_a_pin_does_not_count_for_a_model_of_the_same_contents_under_other_names()
    {
        _scene.Claim();
        _scene.AddForeign($"\"sha256\":\"{_scene.RootDigest}\"");
        File.Move(_scene.Model["config.json"], _scene.Model["config.py"]);
        _scene.Model.Sign(request => request with { Force = true });
        Assert.Equal(["ClaimAboutOtherForm", "SignatureInvalid"], _scene.Outcomes());
        Assert.Equal(ClaimBinding.RootDigest, _scene.Verify(_scene.TrustingForeigner)[1].Claim!.BoundTo);
    }

    [Fact]
    public void A_claim_keeps_its_binding_when_the_signature_is_renamed()
    {
        _scene.Claim();
        string renamed = _scene.Model["release.sig"];
        File.Move(_scene.Model.SignaturePath, renamed);
        ClaimVerifier verifier = new(_scene.Model.Verify(request => request with { SignaturePath = renamed }));
        Assert.Equal(ClaimBinding.Content, Assert.Single(verifier.VerifyFile(_scene.Path, ClaimScene.Trusting(_scene.Claimant.PublicKey), CancellationToken.None)).Claim!.BoundTo);
    }

    [Theory]
    [InlineData("https://model_signing/signature/v1.0")]
    [InlineData("https://model_signing/signature/v2.7")]
    [InlineData("https://model_signing/Digests/v0.1")]
    public void A_models_own_signature_is_no_claim(string type)
    {
        _scene.AddForeign($"\"sha256\":\"{_scene.RootDigest}\"", type: type);
        Assert.Equal(["ClaimIsModelSignature"], _scene.Outcomes(_scene.TrustingForeigner));
    }

    [Theory]
    [InlineData("{\"a\":1,\"a\":2}", "StatementDuplicateMember")]
    [InlineData("[]", "ClaimStatementUnknown")]
    [InlineData("null", "ClaimStatementUnknown")]
    [InlineData("{", "StatementMalformed")]
    public void A_predicate_that_two_readers_could_understand_differently_does_not_count(string predicate, string id)
    {
        _scene.AddForeign($"\"sha256\":\"{_scene.RootDigest}\"", predicate);
        Assert.Equal([id], _scene.Outcomes(_scene.TrustingForeigner));
    }

    [Fact]
    public void A_statement_of_an_unknown_version_does_not_count()
    {
        _scene.Add(ForeignClaim.Line(_scene.Foreigner, ForeignClaim.Statement($"\"sha256\":\"{_scene.RootDigest}\"", ClaimScene.Type, "{}", "https://in-toto.io/Statement/v2")));
        Assert.Equal(["ClaimStatementUnknown"], _scene.Outcomes(_scene.TrustingForeigner));
    }

    [Fact]
    public void No_claim_counts_for_a_model_that_is_not_what_was_signed()
    {
        _scene.Claim();
        _scene.Model.Write("config.json", "{ }");
        Assert.Equal("ClaimModelDiffers", Assert.Throws<ModelSigningException>(() => _scene.Verify()).Definition.Id);
    }

    [Fact]
    public void No_claim_counts_for_one_file_of_a_signed_folder()
    {
        _scene.Claim();
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => new ClaimVerifier(_scene.Model.Verify(request => request with
        {
            ModelPath = _scene.Model["config.json"],
        })));
        Assert.Equal("ClaimModelUnusable", refusal.Definition.Id);
    }

    [Fact]
    public void No_claim_is_made_about_files_that_the_signature_does_not_list()
    {
        _scene.Model.Write("config.json", "{ }");
        Assert.Equal("ClaimModelDiffers", Assert.Throws<ModelSigningException>(() => _scene.Claim()).Definition.Id);
        Assert.False(File.Exists(_scene.Path));
    }

    [Theory]
    [InlineData("cyclonedx", "https://cyclonedx.org/bom")]
    [InlineData("SPDX", "https://spdx.dev/Document/v3")]
    [InlineData("slsa-provenance", "https://slsa.dev/provenance/v1")]
    [InlineData("https://example.com/x#y", "https://example.com/x#y")]
    [InlineData("urn:example:x", "urn:example:x")]
    [InlineData("sbom", null)]
    [InlineData("", null)]
    [InlineData("/etc/passwd", null)]
    [InlineData("https://model_signing/signature/v1.0", null)]
    [InlineData("https://model_signing/Digests/v0.1", null)]
    public void A_predicate_type_is_a_short_name_of_a_published_one_or_a_URI_and_never_that_of_a_signature(string given, string? written) =>
        Assert.Equal(written ?? "ClaimPredicateTypeInvalid", Try(() => PredicateTypes.ToWrite(given)));

    [Theory]
    [InlineData("https://cyclonedx.org/bom", "https://cyclonedx.org/bom/v1.4", true)]
    [InlineData("https://spdx.dev/Document", "https://spdx.dev/Document/v3", true)]
    [InlineData("https://spdx.dev/Document", "https://spdx.dev/Document/v", false)]
    [InlineData("https://spdx.dev/Document", "https://spdx.dev/Document/vx", false)]
    [InlineData("https://cyclonedx.org/bom/v1.4", "https://cyclonedx.org/bom", false)]
    [InlineData("https://slsa.dev/provenance", "https://slsa.dev/provenance/v1", false)]
    public void A_bill_of_materials_is_found_whatever_its_version_and_anything_else_by_its_exact_type(string wanted, string actual, bool matches) =>
        Assert.Equal(matches, PredicateTypes.Matches(wanted, actual));

    [Fact]
    public void Ten_thousand_lines_are_read_one_at_a_time_and_their_work_grows_as_they_do()
    {
        _scene.Claim();
        string line = File.ReadAllText(_scene.Path);
        File.WriteAllText(_scene.Path, string.Concat(Enumerable.Repeat(line, 200)));
        Assert.Equal(200, _scene.Verify().Count(finding => finding.Claim is not null));
        int read = ClaimsReader.Read(_scene.Path, CancellationToken.None).TakeWhile(one => one.Line < 3).Count();
        Assert.Equal(2, read);
    }

    private static string Try(Func<string> work)
    {
        try
        {
            return work();
        }
        catch (ModelSigningException refusal)
        {
            return refusal.Definition.Id;
        }
    }
}
