using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ModelSigning.Core.Atlas;
using ModelSigning.Core.Errors;
using ModelSigning.Testing;
using ModelSigning.Testing.Atlas;

namespace ModelSigning.Core.Tests.Atlas;

public sealed class AtlasTests : IDisposable
{
    private static readonly AtlasDigest Sha384 = AtlasDigest.Find("sha384")!;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Encodings => new()
    {
        { "json", "sha384" }, { "cbor", "sha384" }, { "hex", "sha256" }, { "json", "sha512" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Encodings))]
    public void A_manifest_reads_the_same_in_every_encoding_and_its_signature_verifies(string encoding, string hash)
    {
        AtlasDigest algorithm = AtlasDigest.Find(hash)!;
        using ECDsa ec = ECDsa.Create(ECCurve.NamedCurves.nistP384), other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using RSA rsa = RSA.Create(2048);
        foreach (AsymmetricAlgorithm key in (AsymmetricAlgorithm[])[ec, rsa])
        {
            AtlasManifest manifest = Read(AtlasSample.Sign(Sample(), key, algorithm.Name), encoding);
            Assert.Equal(("Größe \"8\"", "Model", true), (manifest.Title, manifest.Kind, manifest.IsActive));
            Assert.Equal(["CreativeWork", "Action"], manifest.Assertions);
            Assert.Equal("weights/model.onnx", manifest.Ingredients.Single().Path);
            Assert.True(KeyOf(key).Verifies(manifest, algorithm));
            Assert.False(KeyOf(other).Verifies(manifest, algorithm));
            Assert.All(AtlasDigest.All.Where(digest => digest != algorithm), wrong => Assert.False(KeyOf(key).Verifies(manifest, wrong)));
        }
    }

    [Theory]
    [InlineData("claim.created_at", "2026-01-02T03:04:05.123456788Z")]
    [InlineData("claim.claim_generator_info", "atlas-cli:0.2.1")]
    [InlineData("claim.more", "x")]
    public void A_changed_claim_does_not_verify(string member, string value)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        JsonObject manifest = AtlasSample.Sign(Sample(), key, Sha384.Name);
        manifest["claim"]![member.Split('.')[1]] = value;
        Assert.False(KeyOf(key).Verifies(Read(manifest), Sha384));
    }

    [Fact]
    public void Members_in_another_order_do_not_verify()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        JsonObject manifest = AtlasSample.Sign(Sample(), key, Sha384.Name);
        JsonObject claim = (JsonObject)manifest["claim"]!;
        JsonNode time = claim["created_at"]!.DeepClone();
        claim.Remove("created_at");
        claim.Insert(0, "created_at", time);
        Assert.False(KeyOf(key).Verifies(Read(manifest), Sha384));
    }

    [Fact]
    public void A_second_claim_that_says_something_else_is_remarked_and_not_looked_at()
    {
        JsonObject manifest = Sample();
        Assert.Empty(Read(manifest).Remarks);
        manifest["c2pa.claim.v2"]!["created_at"] = "later";
        Assert.Contains("second claim", Read(manifest).Remarks.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void Ingredients_outside_the_claim_are_told_from_those_that_its_signature_covers()
    {
        JsonObject manifest = Sample();
        manifest["ingredients"] = AtlasSample.Manifest(files: ("added.onnx", "a"))["claim"]!["ingredients"]!.DeepClone();
        AtlasManifest read = Read(manifest);
        Assert.Equal([("weights/model.onnx", true), ("added.onnx", false)], read.Ingredients.Select(file => (file.Path, file.IsInClaim)));
        Assert.Contains("ingredients outside the claim are not signed", read.Remarks.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_envelope_of_the_oms_mode_is_shown_and_has_no_signature()
    {
        JsonObject statement = new()
        {
            ["_type"] = "https://in-toto.io/Statement/v1",
            ["subject"] = new JsonArray(new JsonObject { ["name"] = "model", ["digest"] = new JsonObject { ["sha256"] = new string('0', 64) } }),
            ["predicateType"] = "https://spec.c2pa.org/specifications/specifications/2.2",
            ["predicate"] = Sample(),
        };
        AtlasManifest manifest = Read(Envelope(statement));
        Assert.True(manifest.IsEnveloped);
        Assert.True(manifest.Signature.IsEmpty);
        Assert.Contains("not accepted", manifest.Remarks[0], StringComparison.Ordinal);

        statement["predicateType"] = "https://slsa.dev/provenance/v1";
        Refused(AtlasErrors.AtlasKindWrong, Envelope(statement));
        // What is no statement of in-toto is none here either.
        statement["subject"] = new JsonArray();
        Refused(AtlasErrors.AtlasMalformed, Envelope(statement));
    }

    [Theory]
    [InlineData("../weights.onnx")]
    [InlineData("a/../../b")]
    [InlineData("a\\..\\b")]
    [InlineData("")]
    [InlineData("folder/")]
    [InlineData("a\0b")]
    public void A_path_that_leads_out_is_refused(string path) =>
        Refused(AtlasErrors.AtlasPathEscapes, AtlasSample.Manifest(files: (path, "w")));

    [Theory]
    [InlineData("alg", "md5")]
    [InlineData("alg", "sha512")]
    [InlineData("hash", "00")]
    [InlineData("hash", "zz8b7c7dd5e5e7f0f8a1d3c0e4d6b2a1908172635445362718a9b0c1d2e3f40516273849")]
    public void A_digest_that_does_not_fit_its_algorithm_is_refused(string member, string value)
    {
        JsonObject manifest = Sample();
        manifest["claim"]!["ingredients"]![0]!["data"]![member] = value;
        Refused(AtlasErrors.AtlasDigestInvalid, manifest);
    }

    [Theory]
    [InlineData("instance_id", "urn:uuid:550e8400-e29b-41d4-a716-446655440000")]
    [InlineData("instance_id", "urn:c2pa:../../etc/passwd")]
    [InlineData("claim", null)]
    [InlineData("cross_references", "none")]
    public void A_manifest_of_another_shape_is_refused(string member, string? value)
    {
        JsonObject manifest = Sample();
        manifest[member] = value;
        Refused(AtlasErrors.AtlasMalformed, manifest);
    }

    [Theory]
    [InlineData("A1")]
    [InlineData("A16161")]
    [InlineData("A26161F66161F6")] // a member twice
    [InlineData("A16161F600")] // a byte behind the end
    [InlineData("A1616140")] // a byte string
    [InlineData("A16161C0F6")] // a tag
    [InlineData("A101F6")] // a name that is no text
    [InlineData("BF6161F6")] // no end
    [InlineData("A161615B7FFFFFFFFFFFFFFF")] // a length of 2^63
    public void Malformed_CBOR_is_refused(string cbor) =>
        Assert.Equal(AtlasErrors.AtlasMalformed, Refusal(() => AtlasReader.Read(Convert.FromHexString(cbor), "m", default)).Definition);

    [Fact]
    public void CBOR_that_nests_deeper_than_any_manifest_is_refused() => Assert.Equal(AtlasErrors.AtlasTooLarge,
        Refusal(() => AtlasReader.Read(Enumerable.Repeat((byte[])[0xA1, 0x61, 0x61], 5000).SelectMany(level => level).Append((byte)0xF6).ToArray(), "m", default)).Definition);

    [Fact]
    public void A_bundle_of_Sigstore_is_told_apart() =>
        Assert.Equal(AtlasErrors.AtlasKindWrong, Refusal(() => AtlasReader.Read("""{"mediaType":"x","dsseEnvelope":{}}"""u8.ToArray(), "m", default)).Definition);

    [Fact]
    public void References_are_compared_with_the_compact_form_of_the_other_manifest()
    {
        JsonObject data = AtlasSample.Manifest("urn:c2pa:00000000-0000-0000-0000-000000000001", "Dataset", ("d.csv", "d"));
        JsonObject model = AtlasSample.Link(Sample(), data);
        AtlasSample.WriteStore(_folder["store"], data, model);
        AtlasStore store = AtlasStore.Open(_folder["store"], default);
        AtlasManifest manifest = store.Find(AtlasSample.Id, default)!;
        AtlasReference reference = manifest.References.Single();
        Assert.False(reference.IsInClaim);
        Assert.Equal(AtlasReferenceStatus.Matches, store.Check(reference, default));
        store.RequireNoCycle(manifest, default);

        data["title"] = "other";
        AtlasSample.WriteStore(_folder["store"], data, model);
        Assert.Equal(AtlasReferenceStatus.Differs, AtlasStore.Open(_folder["store"], default).Check(reference, default));
        AtlasSample.WriteStore(_folder["alone"], model);
        Assert.Equal(AtlasReferenceStatus.Missing, AtlasStore.Open(_folder["alone"], default).Check(reference, default));
    }

    [Fact]
    public void References_that_form_a_cycle_are_refused()
    {
        JsonObject first = AtlasSample.Manifest(), second = AtlasSample.Manifest("urn:c2pa:00000000-0000-0000-0000-000000000002");
        AtlasSample.Link(first, second);
        AtlasSample.Link(second, first);
        AtlasSample.WriteStore(_folder["store"], first, second);
        AtlasStore store = AtlasStore.Open(_folder["store"], default);
        Assert.Equal(AtlasErrors.AtlasReferenceCycle, Refusal(() => store.RequireNoCycle(store.Find(AtlasSample.Id, default)!, default)).Definition);
    }

    [Fact]
    public void Two_ways_to_one_manifest_are_not_a_cycle()
    {
        JsonObject data = AtlasSample.Manifest("urn:c2pa:00000000-0000-0000-0000-000000000001", "Dataset");
        JsonObject tuned = AtlasSample.Link(AtlasSample.Manifest("urn:c2pa:00000000-0000-0000-0000-000000000002"), data);
        JsonObject model = AtlasSample.Link(AtlasSample.Link(Sample(), data), tuned);
        AtlasSample.WriteStore(_folder["store"], data, tuned, model);
        AtlasStore store = AtlasStore.Open(_folder["store"], default);
        store.RequireNoCycle(store.Find(AtlasSample.Id, default)!, default);
        Assert.All(store.Find(AtlasSample.Id, default)!.References, reference => Assert.Equal(AtlasReferenceStatus.Matches, store.Check(reference, default)));
    }

    [Theory]
    [InlineData("../outside.json")]
    [InlineData("a\\b.json")]
    [InlineData("..")]
    public void An_index_that_leads_out_of_the_store_is_refused(string file)
    {
        _folder.Write("store/manifest_index.json", new JsonObject { [AtlasSample.Id] = file }.ToJsonString());
        Assert.Equal(AtlasErrors.AtlasPathEscapes, Refusal(() => AtlasStore.Open(_folder["store"], default)).Definition);
    }

    [Fact]
    public void A_file_of_the_store_with_another_id_is_refused()
    {
        AtlasSample.WriteStore(_folder["store"], Sample());
        _folder.Write("store/manifest_index.json", """{"urn:c2pa:00000000-0000-0000-0000-000000000009":"NAME"}""".Replace(
            "NAME", Path.GetFileName(AtlasStore.Open(_folder["store"], default).PathOf(AtlasSample.Id)), StringComparison.Ordinal));
        Assert.Equal(AtlasErrors.AtlasMalformed,
            Refusal(() => AtlasStore.Open(_folder["store"], default).Find("urn:c2pa:00000000-0000-0000-0000-000000000009", default)).Definition);
    }

    [Theory]
    [InlineData("weights/model.onnx", "w", AtlasFileStatus.Matches)]
    [InlineData("/home/maker/weights/model.onnx", "w", AtlasFileStatus.Differs)]
    [InlineData("/home/maker/weights/part.onnx", "w", AtlasFileStatus.Matches)]
    [InlineData("/home/maker/other/model.onnx", "w", AtlasFileStatus.Differs)]
    [InlineData("/home/maker/other/none.onnx", "w", AtlasFileStatus.Missing)]
    [InlineData("/home/maker/top.onnx", "top", AtlasFileStatus.Matches)]
    [InlineData("C:/maker/top.onnx", "top", AtlasFileStatus.Matches)]
    [InlineData("weights/model.onnx", "other", AtlasFileStatus.Differs)]
    [InlineData("weights", "w", AtlasFileStatus.Missing)]
    public void A_file_is_found_below_the_folder_alone(string path, string content, AtlasFileStatus status)
    {
        _folder.Write("model/weights/model.onnx", "w");
        _folder.Write("model/top.onnx", "top");
        _folder.Write("model/model.onnx", "moved");
        _folder.Write("model/weights/part.onnx", "w");
        AtlasIngredient ingredient = Read(AtlasSample.Manifest(files: (path, content))).Ingredients.Single();
        Assert.Equal(status, AtlasFiles.Check(_folder["model"], ingredient, default));
    }

    [Fact]
    public void A_link_is_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A link needs rights of its own on Windows.");
        _folder.Write("outside/model.onnx", "w");
        _folder.Write("model/config.json", "{}");
        Directory.CreateSymbolicLink(_folder["model/weights"], _folder["outside"]);
        AtlasIngredient ingredient = Read(Sample()).Ingredients.Single();
        Assert.Equal(AtlasErrors.AtlasUnreadable, Refusal(() => AtlasFiles.Check(_folder["model"], ingredient, default)).Definition);
    }

    [Fact]
    public void A_short_RSA_key_is_refused()
    {
        using RSA rsa = RSA.Create(1024);
        _folder.Write("short.pub", rsa.ExportSubjectPublicKeyInfoPem());
        Assert.Equal(AtlasErrors.AtlasKeyRefused, Refusal(() => AtlasKey.Read(_folder["short.pub"])).Definition);
        _folder.Write("none.pub", "no key");
        Assert.Equal(AtlasErrors.AtlasKeyRefused, Refusal(() => AtlasKey.Read(_folder["none.pub"])).Definition);
    }

    private static JsonObject Sample() => AtlasSample.Manifest(files: ("weights/model.onnx", "w"));

    private static JsonObject Envelope(JsonObject statement) => new()
    {
        ["payload"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(statement.ToJsonString())),
        ["payload_type"] = "application/vnd.in-toto+json",
        ["signatures"] = new JsonArray(new JsonObject { ["sig"] = "AAAA", ["keyid"] = "" }),
    };

    private static AtlasManifest Read(JsonObject manifest, string encoding = "json") => AtlasReader.Read(encoding switch
    {
        "cbor" => AtlasCbor.Encode(manifest),
        "hex" => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(AtlasCbor.Encode(manifest)) + "\n"),
        _ => Encoding.UTF8.GetBytes(AtlasSample.Json(manifest)),
    }, "sample", default);

    private static ModelSigningException Refusal(Action read) => Assert.Throws<ModelSigningException>(read);

    private static void Refused(ErrorDefinition definition, JsonObject manifest) => Assert.Equal(definition, Refusal(() => Read(manifest)).Definition);

    private AtlasKey KeyOf(AsymmetricAlgorithm key)
    {
        _folder.Write("key.pub", key.ExportSubjectPublicKeyInfoPem());
        return AtlasKey.Read(_folder["key.pub"]);
    }
}
