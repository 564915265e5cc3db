using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ModelSigning.Core.Atlas;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Lineage;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing;
using ModelSigning.Testing.Atlas;

namespace ModelSigning.Core.Tests.Lineage;

/// <summary>What the manifests of an Atlas store name of a verified model, and what is found by digests.</summary>
public sealed class AtlasAncestorsTests : IDisposable
{
    private const string BaseId = "urn:c2pa:00000000-0000-0000-0000-000000000001", OtherId = "urn:c2pa:00000000-0000-0000-0000-000000000002";

    private readonly TemporaryFolder _folder = new();
    private readonly EcPrivateKey _signer = EcPrivateKey.Generate(EcCurve.P256);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly List<string> _remarks = [];

    public AtlasAncestorsTests()
    {
        Model("org/base", "base");
        Model("org/top", "top");
    }

    public void Dispose()
    {
        _signer.Dispose();
        _key.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_reference_outside_the_signature_is_unsigned_even_of_a_signed_manifest()
    {
        JsonObject other = Manifest(BaseId, "org/base", "base"), own = Manifest(AtlasSample.Id, "top", "top");
        Store(other, AtlasSample.Link(AtlasSample.Sign(own, _key, HashAlgorithmName.SHA384), other));
        NamedAncestor named = Assert.Single(Named("org/top"));
        Assert.Equal((LineageRelation.BaseModel, "org/base", $"Atlas manifest '{AtlasSample.Id}'", false), (named.Relation, named.Name, named.Source, named.IsSigned));
        Assert.Null(named.Fault);
        Assert.Contains("is signed by the specified key", Assert.Single(_remarks), StringComparison.Ordinal);
        Assert.Equal("Unsigned", Assert.Single(Graph().Edges).Verdict);
    }

    [Fact]
    public void A_reference_in_a_claim_that_the_key_signed_is_signed()
    {
        JsonObject other = Manifest(BaseId, "org/base", "base"), own = LinkInClaim(Manifest(AtlasSample.Id, "top", "top"), other);
        Store(other, AtlasSample.Sign(own, _key, HashAlgorithmName.SHA384));
        Assert.True(Assert.Single(Named("org/top")).IsSigned);
        LineageEdge edge = Assert.Single(Graph().Edges);
        Assert.Equal(("Valid", _folder["models/org/base"]), (edge.Verdict, edge.To.Path));
        Assert.False(Assert.Single(Named("org/top", key: false)).IsSigned);

        // Changed after it was signed.
        own["claim"]!["created_at"] = "2020-01-01T00:00:00Z";
        Store(other, own);
        Assert.False(Assert.Single(Named("org/top")).IsSigned);
        Assert.Contains("is not signed by the specified key", _remarks[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_of_an_ingredient_beside_the_signed_claim_is_unsigned()
    {
        JsonObject other = Manifest(BaseId, "org/base", "base"), own = AtlasSample.Sign(Manifest(AtlasSample.Id, "top", "top"), _key, HashAlgorithmName.SHA384);
        own["ingredients"] = LinkInClaim(Manifest(AtlasSample.Id, "top", "top"), other)["claim"]!["ingredients"]!.DeepClone();
        Store(other, own);
        Assert.False(Assert.Single(Named("org/top")).IsSigned);
        Assert.Equal("Unsigned", Assert.Single(Graph().Edges).Verdict);

        // In the other form of a link.
        JsonObject data = own["ingredients"]![0]!["data"]!.AsObject();
        own["ingredients"]![0]!["linked_ingredient"] = new JsonObject { ["url"] = data["linked_ingredient_url"]!.DeepClone(), ["hash"] = data["linked_ingredient_hash"]!.DeepClone() };
        (data["linked_ingredient_url"], data["linked_ingredient_hash"]) = (null, null);
        Store(other, own);
        Assert.False(Assert.Single(Named("org/top")).IsSigned);
    }

    [Fact]
    public void A_signed_claim_without_files_is_not_signed_to_be_about_the_files_beside_it()
    {
        JsonObject other = Manifest(BaseId, "org/base", "base"), own = Manifest(AtlasSample.Id, "top", "top");
        JsonNode files = own["claim"]!["ingredients"]!.DeepClone();
        own["claim"]!["ingredients"] = new JsonArray();
        AtlasSample.Sign(own, _key, HashAlgorithmName.SHA384)["ingredients"] = files;
        Store(other, AtlasSample.Link(own, other));
        Assert.False(Assert.Single(Named("org/top")).IsSigned);
        Assert.Contains("nobody signed that it is about these", Assert.Single(_remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void An_evaluation_counts_as_signed_only_by_a_reference_in_its_claim()
    {
        JsonObject own = Manifest(AtlasSample.Id, "top", "top"), evaluation = Manifest(OtherId, "benchmark", "results", "EvaluationResult");
        JsonNode linked = LinkInClaim(evaluation.DeepClone().AsObject(), own)["claim"]!["ingredients"]!.DeepClone();
        AtlasSample.Sign(evaluation, _key, HashAlgorithmName.SHA384)["ingredients"] = linked;
        Store(own, evaluation);
        Assert.False(Assert.Single(Named("org/top")).IsSigned);

        // Signed in the claim, whatever stands beside it.
        LinkInClaim(evaluation, own);
        Store(own, AtlasSample.Sign(evaluation, _key, HashAlgorithmName.SHA384));
        Assert.True(Assert.Single(Named("org/top")).IsSigned);
    }

    [Fact]
    public void A_manifest_of_other_files_names_nothing()
    {
        JsonObject other = Manifest(BaseId, "org/base", "base");
        Store(other, AtlasSample.Link(Manifest(AtlasSample.Id, "top", "something else"), other));
        Assert.Empty(Named("org/top"));
        Store(other, AtlasSample.Link(AtlasSample.Manifest(AtlasSample.Id), other));
        Assert.Empty(Named("org/top"));
    }

    [Fact]
    public void A_base_model_with_other_files_than_its_manifest_lists_is_conflicting()
    {
        JsonObject other = Manifest(BaseId, "org/base", "forged");
        Store(other, AtlasSample.Sign(LinkInClaim(Manifest(AtlasSample.Id, "top", "top"), other), _key, HashAlgorithmName.SHA384));
        LineageEdge edge = Assert.Single(Graph().Edges);
        Assert.Equal("Conflicting", edge.Verdict);
        Assert.Contains("weights.bin", edge.FaultReason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_that_was_changed_since_it_was_referred_to_is_conflicting_and_a_missing_one_is_named()
    {
        JsonObject other = Manifest(BaseId, "org/base", "base"), own = AtlasSample.Link(Manifest(AtlasSample.Id, "top", "top"), other);
        AtlasSample.Link(own, Manifest(OtherId, "gone", "gone"));
        other["title"] = "org/other";
        Store(other, own);
        NamedAncestor[] named = Named("org/top");
        Assert.Equal([("org/other", LineageRelation.BaseModel), (OtherId, LineageRelation.Material)], named.Select(one => (one.Name, one.Relation)));
        Assert.All(named, one => Assert.NotNull(one.Fault));
        Assert.All(Graph().Edges, edge => Assert.Equal("Conflicting", edge.Verdict));
    }

    [Fact]
    public void Datasets_software_and_evaluations_are_named_as_such()
    {
        JsonObject data = Manifest(BaseId, "org/data", "data", "Dataset"), software = Manifest(OtherId, "trainer", "program", "Software"), own = Manifest(AtlasSample.Id, "top", "top");
        AtlasSample.Link(AtlasSample.Link(own, data), software);
        JsonObject evaluation = AtlasSample.Link(Manifest("urn:c2pa:00000000-0000-0000-0000-000000000003", "benchmark", "results", "EvaluationResult"), own);
        Store(data, software, own, evaluation);
        Assert.Equal([("org/data", LineageRelation.Dataset), ("trainer", LineageRelation.Software), ("benchmark", LineageRelation.Evaluation)], Named("org/top").Select(one => (one.Name, one.Relation)));
    }

    [Fact]
    public void Manifests_that_refer_to_each_other_are_not_followed_and_it_is_said()
    {
        JsonObject other = Manifest(BaseId, "org/base", "base"), own = Manifest(AtlasSample.Id, "top", "top");
        AtlasSample.Link(own, other);
        AtlasSample.Link(other, own);
        Store(other, own);
        Assert.Empty(Named("org/top"));
        Assert.Contains("form a cycle", Assert.Single(_remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void Manifests_that_cannot_be_read_do_not_keep_the_others_from_being_followed()
    {
        JsonObject other = Manifest(BaseId, "org/base", "base"), own = LinkInClaim(Manifest(AtlasSample.Id, "top", "top"), other);
        Store(other, AtlasSample.Sign(own, _key, HashAlgorithmName.SHA384), Manifest(OtherId, "bad", "bad"), Manifest("urn:c2pa:00000000-0000-0000-0000-000000000004", "gone", "gone"));
        AtlasStore store = AtlasStore.Open(_folder["atlas"], CancellationToken.None);
        File.WriteAllText(store.PathOf(OtherId), "{");
        File.Delete(store.PathOf("urn:c2pa:00000000-0000-0000-0000-000000000004"));
        Assert.True(Assert.Single(Named("org/top")).IsSigned);
        Assert.StartsWith("2 manifests of the Atlas store cannot be read", _remarks[0], StringComparison.Ordinal);

        // Only those that lead to one of them are not followed.
        Store(AtlasSample.Link(Manifest(AtlasSample.Id, "top", "top"), Manifest(OtherId, "bad", "bad")), Manifest(OtherId, "bad", "bad"));
        File.WriteAllText(store.PathOf(OtherId), "{");
        _remarks.Clear();
        Assert.Empty(Named("org/top"));
        Assert.StartsWith("1 manifest of the Atlas store cannot be read", _remarks[0], StringComparison.Ordinal);
        Assert.Contains("is not followed", _remarks[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DigestAlgorithm.Blake2b, null, "sha256")]
    [InlineData(DigestAlgorithm.Blake3, null, "sha384")]
    [InlineData(DigestAlgorithm.Sha256, 1L, "sha512")]
    [InlineData(DigestAlgorithm.Sha256, 2L, "sha256")]
    [InlineData(DigestAlgorithm.Blake3, 2L, "sha256")]
    [InlineData(DigestAlgorithm.Blake2b, 1000L, "sha384")]
    public void Manifests_are_compared_with_models_of_every_signature(DigestAlgorithm hash, long? shardSize, string listed)
    {
        Model("org/base", "base", hash, shardSize);
        Model("org/top", "top", hash, shardSize);
        JsonObject other = Digest(Manifest(BaseId, "org/base", "base"), listed, "base"), own = Digest(Manifest(AtlasSample.Id, "top", "top"), listed, "top");
        Store(other, AtlasSample.Sign(LinkInClaim(own, other), _key, HashAlgorithmName.SHA384));
        LineageEdge edge = Assert.Single(Graph().Edges);
        Assert.Equal(("Valid", _folder["models/org/base"]), (edge.Verdict, edge.To.Path));

        other = Digest(Manifest(BaseId, "org/base", "base"), listed, "forged");
        Store(other, AtlasSample.Sign(LinkInClaim(own, other), _key, HashAlgorithmName.SHA384));
        edge = Assert.Single(Graph().Edges);
        Assert.Equal("Conflicting", edge.Verdict);
        Assert.Contains("weights.bin", edge.FaultReason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DigestAlgorithm.Sha256, null, "other")]
    [InlineData(DigestAlgorithm.Blake3, null, "other")]
    [InlineData(DigestAlgorithm.Blake3, 2L, "other")]
    [InlineData(DigestAlgorithm.Blake3, 2L, "top and more")]
    public void A_file_that_was_changed_since_it_was_verified_is_no_evidence(DigestAlgorithm hash, long? shardSize, string changed)
    {
        Model("org/top", "top", hash, shardSize);
        JsonObject other = Manifest(BaseId, "org/base", "base");
        Store(other, AtlasSample.Link(Manifest(AtlasSample.Id, "top", changed), other));
        VerificationResult verified = Verify("org/top");
        File.WriteAllText(_folder["models/org/top/weights.bin"], changed);
        Assert.Empty(Atlas().Of(new VerifiedFiles(verified, CancellationToken.None), _remarks, CancellationToken.None));
    }

    [Theory]
    [InlineData(DigestAlgorithm.Sha256)]
    [InlineData(DigestAlgorithm.Blake3)]
    public void A_file_of_another_name_is_not_the_one_that_a_manifest_lists(DigestAlgorithm hash)
    {
        Model("org/base", "base", hash);
        File.Move(_folder["models/org/base/weights.bin"], _folder["models/org/base/notes.txt"]);
        _folder.Write("models/org/base/weights.bin", "other");
        Model("org/base", "other", hash);
        Model("org/top", "top", hash);
        JsonObject other = Digest(Manifest(BaseId, "org/base", "base"), "sha256", "base");
        Store(other, AtlasSample.Sign(LinkInClaim(Manifest(AtlasSample.Id, "top", "top"), other), _key, HashAlgorithmName.SHA384));
        Assert.Equal("Conflicting", Assert.Single(Graph().Edges).Verdict);
    }

    [Theory]
    [InlineData("base", "Valid")]
    [InlineData("other", "Conflicting")]
    public void A_file_of_the_same_last_name_elsewhere_is_not_the_one_that_a_manifest_lists(string content, string verdict)
    {
        _folder.Write("models/org/base/build/weights.bin", content);
        Model("org/base", "base");
        Model("org/top", "top");
        JsonObject other = Digest(Manifest(BaseId, "org/base", "base"), "sha256", "base");
        Store(other, AtlasSample.Sign(LinkInClaim(Manifest(AtlasSample.Id, "top", "top"), other), _key, HashAlgorithmName.SHA384));
        Assert.Equal(verdict, Assert.Single(Graph().Edges).Verdict);
    }

    [Fact]
    public void A_model_is_found_by_the_root_digest_of_a_claim_whatever_its_name()
    {
        string digest = Convert.ToHexStringLower(Verify("org/base").Statement.Statement.RootDigest!.Value.Span);
        NamedAncestor named = new(LineageRelation.BaseModel, "elsewhere/called-otherwise", "claim of line 1") { RootDigest = digest };
        LineageEdge edge = Assert.Single(Graph(named).Edges);
        Assert.Equal(("Valid", _folder["models/org/base"]), (edge.Verdict, edge.To.Path));
        Assert.Equal("Missing", Assert.Single(Graph(named with { RootDigest = new string('0', 64) }).Edges).Verdict);

        // A signature that only says so is found, and does not verify.
        File.WriteAllText(_folder["models/org/base/weights.bin"], "forged");
        Assert.Equal("HashMismatch", Assert.Single(Graph(named).Edges).Verdict);
    }

    [Fact]
    public void A_model_is_found_by_the_files_that_a_manifest_lists()
    {
        JsonObject other = Manifest(BaseId, "A title for people", "base");
        Digest(other, "sha256", "base");
        Store(other, AtlasSample.Sign(LinkInClaim(Manifest(AtlasSample.Id, "top", "top"), other), _key, HashAlgorithmName.SHA384));
        LineageEdge edge = Assert.Single(Graph().Edges);
        Assert.Equal(("Valid", _folder["models/org/base"]), (edge.Verdict, edge.To.Path));
    }

    private static JsonObject Manifest(string id, string title, string content, string kind = "Model")
    {
        JsonObject manifest = AtlasSample.Manifest(id, kind, ("/build/weights.bin", content));
        manifest["title"] = title;
        return manifest;
    }

    private static JsonObject Digest(JsonObject manifest, string algorithm, string content)
    {
        JsonObject data = manifest["claim"]!["ingredients"]![0]!["data"]!.AsObject();
        data["alg"] = algorithm;
        data["hash"] = Convert.ToHexStringLower(AtlasDigest.Find(algorithm)!.Hash(Encoding.UTF8.GetBytes(content)));
        return manifest;
    }

    private static JsonObject LinkInClaim(JsonObject manifest, JsonObject other)
    {
        JsonObject data = manifest["claim"]!["ingredients"]![0]!["data"]!.AsObject();
        JsonObject linked = AtlasSample.Link(AtlasSample.Manifest(), other)["cross_references"]![0]!.AsObject();
        data["linked_ingredient_url"] = linked["manifest_url"]!.GetValue<string>();
        data["linked_ingredient_hash"] = linked["manifest_hash"]!.GetValue<string>();
        return manifest;
    }

    private void Model(string name, string content, DigestAlgorithm hash = DigestAlgorithm.Sha256, long? shardSize = null)
    {
        _folder.Write($"models/{name}/weights.bin", content);
        ModelSigner.Sign(new()
        {
            ModelPath = _folder[$"models/{name}"],
            CurrentDirectory = _folder.FullPath,
            Signer = new KeySigner(_signer),
            Hashing = ModelFixture.Hashing,
            HashType = hash,
            ShardSize = shardSize,
            Force = true,
        }, CancellationToken.None);
    }

    private void Store(params JsonObject[] manifests) => AtlasSample.WriteStore(_folder["atlas"], manifests);

    private AtlasAncestors Atlas(bool key = true)
    {
        _folder.Write("atlas.pub", _key.ExportSubjectPublicKeyInfoPem());
        return new(AtlasStore.Open(_folder["atlas"], CancellationToken.None), key ? AtlasKey.Read(_folder["atlas.pub"]) : null, AtlasDigest.Find("sha384")!, CancellationToken.None);
    }

    private NamedAncestor[] Named(string name, bool key = true) => [.. Atlas(key).Of(new VerifiedFiles(Verify(name), CancellationToken.None), _remarks, CancellationToken.None)];

    private VerificationResult Verify(string name) => VerifyPlace(_folder[$"models/{name}"]);

    private VerificationResult VerifyPlace(string path) => ModelVerifier.Verify(new()
    {
        ModelPath = path,
        CurrentDirectory = _folder.FullPath,
        Verifier = new KeyVerifier([_signer.PublicKey]),
        Hashing = ModelFixture.Hashing,
    }, CancellationToken.None);

    // What the store names of the top model, or what is given; nothing of others.
    private LineageGraph Graph(params NamedAncestor[] named) => LineageGraph.Of(_folder["models/org/top"], new StoreSearch([_folder["models"]], FileSystemRules.Current), path =>
    {
        VerificationResult result = VerifyPlace(path);
        return new(result.IsValid ? "Valid" : "HashMismatch", "")
        {
            RootDigest = Convert.ToHexStringLower(result.Statement.Statement.RootDigest!.Value.Span),
            Files = result.IsValid ? new VerifiedFiles(result, CancellationToken.None) : null,
            Named = Path.GetFileName(path) != "top" ? [] : named.Length > 0 ? named : Named("org/top"),
        };
    }, new(100, 10), null, TestContext.Current.CancellationToken);
}
