using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Bundles;

public class StatementTests
{
    private const string Vectors = "testdata/oms-spec/test-vectors/v1.0";

    [Fact]
    public void The_specifications_vectors_read_as_they_say()
    {
        foreach (string name in (string[])["key", "certificate", "sigstore"])
        {
            Bundle bundle = BundleReader.Read(SharedData.Require($"{Vectors}/valid/{name}.bundle.json"));
            Statement statement = Statement.Read(bundle.DsseEnvelope!.Payload);
            Assert.NotEmpty(statement.Manifest.ModelName);
            Assert.Equal(["signme-1", "signme-2"], statement.Manifest.Resources.Select(resource => resource.Name));
        }

        Bundle wrong = BundleReader.Read(SharedData.Require($"{Vectors}/invalid-payload/wrong-predicate.bundle.json"));
        Assert.Equal(StatementErrors.PredicateTypeUnknown, Assert.Throws<ModelSigningException>(() => Statement.Read(wrong.DsseEnvelope!.Payload)).Definition);
    }

    [Fact]
    public void A_statement_is_written_in_the_specifications_order_without_escapes_of_other_scripts()
    {
        Manifest manifest = Sample(new Serialization { IgnorePaths = [".git", "model.sig"] }, "ｆ", "😀", "a/b", "a b+<\"");
        string digest = Hexadecimal.Write(SHA256.HashData("x"u8));
        string root = Hexadecimal.Write(SHA256.HashData([.. Enumerable.Repeat(SHA256.HashData("x"u8), 4).SelectMany(bytes => bytes)]));
        string Resource(string name) => $$"""{"name":"{{name}}","digest":"{{digest}}","algorithm":"sha256"}""";
        string expected = """
            {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"m","digest":{"sha256":"ROOT"}}],
            "predicateType":"https://model_signing/signature/v1.0","predicate":{"resources":[
            """
            + string.Join(',', Resource("a b+<\\\""), Resource("a/b"), Resource("ｆ"), Resource("\\uD83D\\uDE00"))
            + """
            ],"serialization":{"method":"files","hash_type":"sha256","allow_symlinks":false,"ignore_paths":[".git","model.sig"]}}}
            """;
        Assert.Equal(
            expected.ReplaceLineEndings("").Replace("ROOT", root, StringComparison.Ordinal),
            Encoding.UTF8.GetString(StatementWriter.Write(manifest).Span));
    }

    [Theory]
    [InlineData(false, "sha256")]
    [InlineData(true, "sha256-sharded-1000")]
    public void Shards_carry_the_specifications_label_or_the_one_of_the_other_tools(bool sized, string label)
    {
        Manifest manifest = Sample(new Serialization { ShardSize = 1000 }, "w:0:1000", "w:1000:1500");
        ReadOnlyMemory<byte> written = StatementWriter.Write(manifest, sized);
        JsonNode predicate = JsonNode.Parse(written.Span)!["predicate"]!;
        Assert.All(predicate["resources"]!.AsArray(), resource => Assert.Equal(label, (string?)resource!["algorithm"]));
        Assert.Equal("1000", predicate["serialization"]!["shard_size"]!.ToJsonString());
        Assert.Equal(manifest.Resources.Select(resource => resource.Name), Statement.Read(written).Manifest.Resources.Select(resource => resource.Name));
    }

    [Theory]
    [InlineData("1000", "sha256", true)]
    [InlineData("1000.0", "sha256-sharded-1000.0", true)]
    [InlineData("1e3", "sha256-sharded-1000", true)]
    [InlineData("1000", "sha256-sharded-100", false)]
    [InlineData("1000", "blake3-sharded-1000", false)]
    [InlineData("1000", "sha256-sharded-", false)]
    [InlineData("1000.5", "sha256", false)]
    [InlineData("0", "sha256", false)]
    [InlineData("-1000", "sha256", false)]
    [InlineData("1e40", "sha256", false)]
    [InlineData("9223372036854775808", "sha256", false)]
    [InlineData("\"1000\"", "sha256", false)]
    [InlineData("null", "sha256", false)]
    public void Shard_sizes_and_labels_of_other_tools_are_understood_when_they_agree(string size, string label, bool accepted)
    {
        string text = Encoding.UTF8.GetString(StatementWriter.Write(Sample(new Serialization { ShardSize = 1000 }, "w:0:1000")).Span)
            .Replace("\"shard_size\":1000", $"\"shard_size\":{size}", StringComparison.Ordinal)
            .Replace("\"algorithm\":\"sha256\"", $"\"algorithm\":\"{label}\"", StringComparison.Ordinal);
        ModelSigningException? error = Record.Exception(() => Statement.Read(Encoding.UTF8.GetBytes(text))) as ModelSigningException;
        Assert.Equal(accepted, error is null);
        Assert.Equal(accepted, error?.Definition is null);
    }

    [Theory]
    [InlineData("w")]
    [InlineData("w:0")]
    [InlineData("../w:0:10")]
    [InlineData("/w:0:10")]
    [InlineData("w:10:10")]
    public void A_shard_must_be_named_as_one(string name) => Assert.Equal(
        StatementErrors.ResourceNameInvalid,
        Assert.Throws<ModelSigningException>(() => Statement.Read(StatementWriter.Write(Sample(new Serialization { ShardSize = 10 }, name)))).Definition);

    [Fact]
    public void Resources_are_read_in_any_order_and_hashed_in_the_one_of_the_list()
    {
        JsonNode statement = JsonNode.Parse(StatementWriter.Write(Sample(new Serialization(), "a b", "a/b")).Span)!;
        JsonArray resources = statement["predicate"]!["resources"]!.AsArray();
        string other = Hexadecimal.Write(SHA256.HashData("y"u8));
        JsonNode first = resources[0]!;
        resources.RemoveAt(0);
        first["digest"] = other;
        resources.Add(first);
        statement["subject"]![0]!["digest"]!["sha256"] =
            Hexadecimal.Write(SHA256.HashData([.. SHA256.HashData("x"u8), .. SHA256.HashData("y"u8)]));
        Manifest manifest = Statement.Read(Encoding.UTF8.GetBytes(statement.ToJsonString())).Manifest;
        Assert.Equal(["a b", "a/b"], manifest.Resources.Select(resource => resource.Name));
        Assert.Equal(other, Hexadecimal.Write(manifest.Resources[0].Digest.Span));
    }

    [Fact]
    public void Unknown_members_are_passed_over()
    {
        JsonNode statement = JsonNode.Parse(StatementWriter.Write(Sample(new Serialization(), "a")).Span)!;
        foreach (JsonNode node in (JsonNode[])[
            statement, statement["subject"]![0]!, statement["subject"]![0]!["digest"]!, statement["predicate"]!,
            statement["predicate"]!["resources"]![0]!, statement["predicate"]!["serialization"]!])
        {
            node["x-unknown"] = JsonNode.Parse("{\"nested\":[1,null]}");
        }

        Assert.Equal("a", Assert.Single(Statement.Read(Encoding.UTF8.GetBytes(statement.ToJsonString())).Manifest.Resources).Name);
    }

    [Fact]
    public void Release_0_2_0_listed_the_files_as_subjects()
    {
        Bundle bundle = BundleReader.Read(SharedData.Require("testdata/oms/test/test-cases/verify/historical/historical-v0.2.0-certificate/bundle.sig"));
        Statement statement = Statement.Read(bundle.DsseEnvelope!.Payload);
        Assert.True(statement.IsDigests);
        Assert.Equal(["signme-1", "signme-2"], statement.Manifest.Resources.Select(resource => resource.Name));
        Assert.Equal(new Serialization().HashType, statement.Manifest.Serialization.HashType);
    }

    [Theory]
    [InlineData("file-sha256", "a", "b", null)]
    [InlineData("file-sha256-sharded-10", "a", "b", "SerializationUnknown")]
    [InlineData("file-sha256", "a", "a", "ResourceDuplicate")]
    [InlineData("file-sha256", "a", "../b", "ResourceNameInvalid")]
    [InlineData("file-sha256", "a", ".", "ResourceNameInvalid")]
    public void A_statement_of_release_0_2_0_keeps_to_the_same_rules(string algorithm, string first, string second, string? id)
    {
        string Subject(string name) =>
            $$$"""{"name":"{{{name}}}","digest":{"sha256":"{{{new string('0', 64)}}}"},"annotations":{"actual_hash_algorithm":"{{{algorithm}}}"}}""";
        string text = $$"""{"_type":"{{Statement.Type}}","predicateType":"{{Statement.DigestsPredicateType}}","subject":[ {{Subject(first)}},{{Subject(second)}} ]}""";
        ModelSigningException? error = Record.Exception(() => Statement.Read(Encoding.UTF8.GetBytes(text))) as ModelSigningException;
        Assert.Equal(id, error?.Definition.Id);
    }

    private static Manifest Sample(Serialization serialization, params string[] names) => new(
        "m", serialization, [.. names.Select(name => new Resource(name, SHA256.HashData("x"u8)))], out _);
}
