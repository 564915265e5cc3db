using System.Text.Json.Nodes;
using ModelSigning.Core.Claims;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Claims;

/// <summary>Bills of materials as claims: what they say of the model must be so.</summary>
public sealed class BomClaimTests : IDisposable
{
    private const string CycloneDx = "https://cyclonedx.org/bom", Spdx = "https://spdx.dev/Document/v3", Spdx2 = "https://spdx.dev/Document";

    private readonly ClaimScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_bill_of_materials_that_matches_the_model_counts_whatever_it_leaves_out()
    {
        Add(CycloneDx, Bom());
        Add(CycloneDx, Bom(bom => Model(bom)["components"]!.AsArray().RemoveAt(0)));
        Add(CycloneDx, Bom(bom => Model(bom)["components"]![0]!["hashes"]![0]!["content"] = Digest("config.json").ToUpperInvariant()));
        Add(CycloneDx, Bom(bom => Model(bom)["components"]![0]!["hashes"]![0]!["alg"] = "MD5"));
        Add(CycloneDx, """{ "bomFormat": "CycloneDX", "specVersion": "1.6" }""");
        Add(Spdx, SpdxDocument());
        Add(Spdx2, $$"""{ "packages": [{ "SPDXID": "SPDXRef-model" }], "files": [{ "fileName": "./config.json", "checksums": [{ "algorithm": "SHA256", "checksumValue": "{{Digest("config.json")}}" }] }, { "fileName": "other" }] }""");
        Assert.All(_scene.Outcomes(_scene.TrustingForeigner), outcome => Assert.Equal("counts", outcome));
    }

    [Theory]
    [InlineData("wrong digest")]
    [InlineData("short digest")]
    [InlineData("no digest")]
    [InlineData("unknown file")]
    [InlineData("root digest")]
    [InlineData("root digest of another tool")]
    [InlineData("pin")]
    [InlineData("hash algorithm")]
    [InlineData("serial number")]
    [InlineData("serial number of another type")]
    [InlineData("format")]
    [InlineData("reference twice")]
    [InlineData("reference to nothing")]
    [InlineData("digest of an ancestor")]
    [InlineData("digest of an ancestor by another algorithm")]
    [InlineData("main component")]
    [InlineData("file in a library")]
    [InlineData("file in a file")]
    [InlineData("unknown file in a file")]
    [InlineData("file beside the only model")]
    [InlineData("algorithm in another spelling")]
    [InlineData("root digest behind another text")]
    public void One_of_CycloneDX_with_a_member_that_does_not_match_is_refused_for_that(string what)
    {
        string bom = Bom(bom => Forge(bom, what));
        Add(CycloneDx + "/v1.6", bom);
        ClaimFinding finding = Assert.Single(_scene.Verify(_scene.TrustingForeigner));
        Assert.Equal("ClaimBomMismatch", finding.Refusal?.Definition.Id);
        Assert.Equal("ClaimBomMismatch", Assert.Throws<ModelSigningException>(() => _scene.Claim(bom, "cyclonedx")).Definition.Id);
        Assert.Single(File.ReadAllLines(_scene.Path));
    }

    [Theory]
    [InlineData("hashValue", "00")]
    [InlineData("value", "sha256:00")]
    [InlineData("name", "others.json")]
    [InlineData("spdxId", "urn:model")]
    public void One_of_SPDX_with_a_member_that_does_not_match_is_refused_for_that(string member, string value)
    {
        JsonNode document = JsonNode.Parse(SpdxDocument())!;
        JsonNode file = document["@graph"]![1]!;
        JsonNode changed = member switch { "hashValue" => file["verifiedUsing"]![0]!, "value" => document["@graph"]![0]!["ai_hyperparameter"]![0]!, _ => file };
        changed[member] = value;
        Add(Spdx, document.ToJsonString());
        Add(Spdx2, """{ "files": [{ "fileName": "./config.json", "checksums": [{ "algorithm": "SHA256", "checksumValue": "00" }] }] }""");
        Assert.Equal(["ClaimBomMismatch", "ClaimBomMismatch"], _scene.Outcomes(_scene.TrustingForeigner));
    }

    [Fact]
    public void A_file_in_a_package_that_the_model_of_SPDX_contains_is_compared_too()
    {
        JsonNode document = JsonNode.Parse(SpdxDocument())!;
        JsonArray graph = document["@graph"]!.AsArray();
        JsonNode contains = graph.First(element => (string?)element!["relationshipType"] == "contains")!;
        graph.Add(new JsonObject { ["type"] = "software_Package", ["spdxId"] = "urn:part", ["name"] = "part" });
        graph.Add(new JsonObject { ["type"] = "Relationship", ["spdxId"] = "urn:in", ["relationshipType"] = "contains", ["from"] = "urn:part", ["to"] = contains["to"]!.DeepClone() });
        // A circle ends, too.
        contains["to"] = new JsonArray("urn:part", (string?)contains["from"]);
        Add(Spdx, document.ToJsonString());
        graph[1]!["verifiedUsing"]![0]!["hashValue"] = "00";
        Add(Spdx, document.ToJsonString());
        Assert.Equal(["counts", "ClaimBomMismatch"], _scene.Outcomes(_scene.TrustingForeigner));
    }

    [Fact]
    public void Of_a_model_that_was_signed_in_shards_the_digests_of_these_are_compared()
    {
        _scene.Model.Sign(request => request with { ShardSize = 1_000_000, Force = true });
        string shard = Digest("config.json:0:2");
        Add(CycloneDx, Bom(bom => Model(bom)["components"]![0] = Shard("0-2", shard)));
        Add(CycloneDx, Bom(bom => Model(bom)["components"]![0] = Shard("0-2", new('0', 64))));
        Add(CycloneDx, Bom(bom => Model(bom)["components"]![0] = Shard("0-3", shard)));
        Assert.Equal(["counts", "ClaimBomMismatch", "ClaimBomMismatch"], _scene.Outcomes(_scene.TrustingForeigner));
    }

    [Fact]
    public void What_a_document_says_of_other_models_is_not_compared_with_this_one()
    {
        JsonObject other = new() { ["type"] = "machine-learning-model", ["bom-ref"] = "other", ["name"] = "other", ["properties"] = new JsonArray(Property("modelsigning:rootDigest", "sha256:00")) };
        Add(CycloneDx, Bom(bom =>
        {
            bom["components"]!.AsArray().Add(other);
            bom["dependencies"] = new JsonArray(new JsonObject { ["ref"] = "model", ["dependsOn"] = new JsonArray("other") });
        }));
        Assert.Equal(["counts"], _scene.Outcomes(_scene.TrustingForeigner));
    }

    private static JsonObject Property(string name, string value) => new() { ["name"] = name, ["value"] = value };

    private static JsonObject Shard(string range, string digest) =>
        new() { ["type"] = "file", ["name"] = "config.json", ["properties"] = new JsonArray(Property("modelsigning:shard:" + range, "sha256:" + digest)) };

    private static JsonObject Model(JsonNode bom) => bom["components"]![0]!.AsObject();

    private static void Forge(JsonObject bom, string what)
    {
        JsonObject model = Model(bom), file = model["components"]![0]!.AsObject(), hash = file["hashes"]![0]!.AsObject();
        JsonArray properties = model["properties"]!.AsArray();
        switch (what)
        {
            case "wrong digest": hash["content"] = new string('0', 64); break;
            case "short digest": hash["content"] = "00"; break;
            case "no digest": hash.Remove("content"); break;
            case "unknown file": file["name"] = "others.json"; break;
            case "root digest": properties[0]!["value"] = "sha256:" + new string('0', 64); break;
            case "root digest of another tool": properties.Add(Property("oms:rootdigest", new('0', 64))); break;
            case "pin": properties[1]!["value"] = "pin1:" + new string('0', 64); break;
            case "hash algorithm": properties[2]!["value"] = "blake3"; break;
            case "serial number": bom["serialNumber"] = "urn:uuid:1"; break;
            case "serial number of another type": bom["serialNumber"] = 1; break;
            case "format": bom["bomFormat"] = "SPDX"; break;
            case "reference twice": file["bom-ref"] = "model"; break;
            case "reference to nothing": model["modelCard"] = JsonNode.Parse("""{ "modelParameters": { "datasets": [{ "ref": "nothing" }] } }"""); break;
            case "digest of an ancestor": model["pedigree"] = Pedigree("sha256:00"); break;
            case "digest of an ancestor by another algorithm": model["pedigree"] = Pedigree("sha512:" + new string('0', 64)); break;
            case "file in a library":
                hash["content"] = new string('0', 64);
                model["components"] = new JsonArray(new JsonObject { ["type"] = "library", ["name"] = "code", ["components"] = new JsonArray(file.DeepClone()) });
                break;
            case "file in a file": file["components"] = new JsonArray(Wrong("config.json")); break;
            case "unknown file in a file": file["components"] = new JsonArray(Wrong("others.json")); break;
            case "file beside the only model": bom["components"]!.AsArray().Add(Wrong("config.json")); break;
            case "algorithm in another spelling": (hash["alg"], hash["content"]) = ("sha256", new string('0', 64)); break;
            case "root digest behind another text": properties[0]!["value"] = $"{new string('0', 64)}:{((string)properties[0]!["value"]!).Split(':')[^1]}"; break;
            default:
                model.Remove("components");
                bom["metadata"] = new JsonObject { ["component"] = model.DeepClone() };
                hash["content"] = new string('0', 64);
                bom["components"] = new JsonArray(file.DeepClone());
                break;
        }
    }

    private static JsonObject Pedigree(string rootDigest) => new()
    {
        ["ancestors"] = new JsonArray(new JsonObject { ["type"] = "machine-learning-model", ["name"] = "base", ["properties"] = new JsonArray(Property("modelsigning:rootDigest", rootDigest)) }),
    };

    private static JsonObject Wrong(string file) =>
        new() { ["type"] = "file", ["name"] = file, ["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-256", ["content"] = new string('0', 64) }) };

    private string Digest(string name) => Hexadecimal.Write(Assert.Single(_scene.Model.Verify().Statement.Manifest.Resources, resource => resource.Name == name).Digest.Span);

    private string Bom(Action<JsonObject>? change = null)
    {
        IReadOnlyList<Resource> resources = _scene.Model.Verify().Statement.Manifest.Resources;
        JsonArray files = [.. resources.Select(resource => new JsonObject
        {
            ["type"] = "file",
            ["name"] = resource.Name.Split(':')[0],
            ["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-256", ["content"] = Hexadecimal.Write(resource.Digest.Span) }),
        })];
        JsonObject bom = new()
        {
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["serialNumber"] = "urn:uuid:01234567-89ab-8def-8123-456789abcdef",
            ["components"] = new JsonArray(new JsonObject
            {
                ["type"] = "machine-learning-model",
                ["bom-ref"] = "model",
                ["name"] = "model",
                ["components"] = files,
                ["properties"] = new JsonArray(Property("modelsigning:rootDigest", "sha256:" + _scene.RootDigest), Property("modelsigning:pin", "pin1:" + _scene.Pin), Property("modelsigning:hashAlgorithm", "sha256")),
            }),
        };
        change?.Invoke(bom);
        return bom.ToJsonString();
    }

    private string SpdxDocument() => $$"""
        { "@graph": [
            { "type": "ai_AIPackage", "spdxId": "urn:model", "name": "model", "ai_hyperparameter": [{ "key": "modelsigning:rootDigest", "value": "sha256:{{_scene.RootDigest}}" }] },
            { "type": "software_File", "spdxId": "urn:file", "name": "config.json", "verifiedUsing": [{ "type": "Hash", "algorithm": "sha256", "hashValue": "{{Digest("config.json")}}" }] },
            { "type": "Relationship", "spdxId": "urn:relationship", "relationshipType": "contains", "from": "urn:model", "to": ["urn:file"] },
            { "type": "SpdxDocument", "spdxId": "urn:document", "rootElement": ["urn:model"] }
        ] }
        """;

    private void Add(string type, string predicate) => _scene.Add(ForeignClaim.Line(_scene.Foreigner, ForeignClaim.Statement($"\"sha256\":\"{_scene.RootDigest}\"", type, predicate)));
}
