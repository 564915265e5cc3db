using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Attestations;

public class ModelStatementTests
{
    private const string Vectors = "testdata/oms-spec/test-vectors/v1.0";

    [Fact]
    public void The_specifications_vectors_read_as_they_say()
    {
        foreach (string name in (string[])["key", "certificate", "sigstore"])
        {
            Bundle bundle = BundleReader.Read(SharedData.Require($"{Vectors}/valid/{name}.bundle.json"));
            ModelStatement statement = ModelStatement.Read(bundle.DsseEnvelope!.Payload);
            Assert.NotEmpty(statement.Manifest.ModelName);
            Assert.Equal(["signme-1", "signme-2"], statement.Manifest.Resources.Select(resource => resource.Name));
        }

        Bundle wrong = BundleReader.Read(SharedData.Require($"{Vectors}/invalid-payload/wrong-predicate.bundle.json"));
        Assert.Equal(StatementErrors.PredicateTypeUnknown, Assert.Throws<ModelSigningException>(() => ModelStatement.Read(wrong.DsseEnvelope!.Payload)).Definition);
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
            Encoding.UTF8.GetString(ModelStatementWriter.Write(manifest).Span));
    }

    [Theory]
    [InlineData(false, "sha256")]
    [InlineData(true, "sha256-sharded-1000")]
    public void Shards_carry_the_specifications_label_or_the_one_of_the_other_tools(bool sized, string label)
    {
        Manifest manifest = Sample(new Serialization { ShardSize = 1000 }, "w:0:1000", "w:1000:1500");
        ReadOnlyMemory<byte> written = ModelStatementWriter.Write(manifest, sized);
        JsonNode predicate = JsonNode.Parse(written.Span)!["predicate"]!;
        Assert.All(predicate["resources"]!.AsArray(), resource => Assert.Equal(label, (string?)resource!["algorithm"]));
        Assert.Equal("1000", predicate["serialization"]!["shard_size"]!.ToJsonString());
        Assert.Equal(manifest.Resources.Select(resource => resource.Name), ModelStatement.Read(written).Manifest.Resources.Select(resource => resource.Name));
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
        string text = Encoding.UTF8.GetString(ModelStatementWriter.Write(Sample(new Serialization { ShardSize = 1000 }, "w:0:1000")).Span)
            .Replace("\"shard_size\":1000", $"\"shard_size\":{size}", StringComparison.Ordinal)
            .Replace("\"algorithm\":\"sha256\"", $"\"algorithm\":\"{label}\"", StringComparison.Ordinal);
        ModelSigningException? error = Record.Exception(() => ModelStatement.Read(Encoding.UTF8.GetBytes(text))) as ModelSigningException;
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
        Assert.Throws<ModelSigningException>(() => ModelStatement.Read(ModelStatementWriter.Write(Sample(new Serialization { ShardSize = 10 }, name)))).Definition);

    [Fact]
    public void Resources_are_read_in_any_order_and_hashed_in_the_one_of_the_list()
    {
        JsonNode statement = JsonNode.Parse(ModelStatementWriter.Write(Sample(new Serialization(), "a b", "a/b")).Span)!;
        JsonArray resources = statement["predicate"]!["resources"]!.AsArray();
        string other = Hexadecimal.Write(SHA256.HashData("y"u8));
        JsonNode first = resources[0]!;
        resources.RemoveAt(0);
        first["digest"] = other;
        resources.Add(first);
        statement["subject"]![0]!["digest"]!["sha256"] =
            Hexadecimal.Write(SHA256.HashData([.. SHA256.HashData("x"u8), .. SHA256.HashData("y"u8)]));
        Manifest manifest = ModelStatement.Read(Encoding.UTF8.GetBytes(statement.ToJsonString())).Manifest;
        Assert.Equal(["a b", "a/b"], manifest.Resources.Select(resource => resource.Name));
        Assert.Equal(other, Hexadecimal.Write(manifest.Resources[0].Digest.Span));
    }

    [Theory]
    [InlineData("0", true)]
    [InlineData("1", true)]
    [InlineData("10", true)]
    [InlineData("", false)]
    [InlineData("00", false)]
    [InlineData("01", false)]
    [InlineData("1 ", false)]
    [InlineData("1.0", false)]
    [InlineData("-1", false)]
    [InlineData("١", false)]
    public void Every_minor_version_of_the_predicate_is_read(string minor, bool accepted)
    {
        string type = "https://model_signing/signature/v1." + minor;
        string text = Encoding.UTF8.GetString(ModelStatementWriter.Write(Sample(new Serialization(), "a")).Span)
            .Replace(ModelStatement.PredicateTypeV10, type, StringComparison.Ordinal);
        if (accepted)
        {
            Assert.Equal(type, ModelStatement.Read(Encoding.UTF8.GetBytes(text)).PredicateType);
        }
        else
        {
            Assert.Equal(StatementErrors.PredicateTypeUnknown,
                Assert.Throws<ModelSigningException>(() => ModelStatement.Read(Encoding.UTF8.GetBytes(text))).Definition);
        }
    }

    [Fact]
    public void Unknown_members_of_predicate_and_resources_are_ignored_and_named_and_those_elsewhere_are_passed_over()
    {
        JsonNode statement = JsonNode.Parse(ModelStatementWriter.Write(Sample(new Serialization(), "a", "b")).Span)!;
        JsonNode predicate = statement["predicate"]!;
        Assert.Empty(Read(statement).Warnings);
        foreach (JsonNode node in (JsonNode[])[statement, statement["subject"]![0]!, predicate, predicate["resources"]![0]!, predicate["resources"]![1]!])
        {
            node["x-unknown"] = JsonNode.Parse("{\"nested\":[1,null]}");
        }

        statement["subject"]![0]!["digest"]!["x-unknown"] = "00";
        ModelStatement read = Read(statement);
        Assert.Equal(["a", "b"], read.Manifest.Resources.Select(resource => resource.Name));
        Assert.Collection(read.Warnings,
            warning => Assert.Contains("'x-unknown' in its predicate", warning, StringComparison.Ordinal),
            warning => Assert.Contains("'x-unknown' in its resources", warning, StringComparison.Ordinal));
    }

    [Fact]
    public void A_statement_with_many_unknown_members_names_a_few()
    {
        JsonNode statement = JsonNode.Parse(ModelStatementWriter.Write(Sample(new Serialization(), "a")).Span)!;
        for (int index = 0; index < 1000; index++)
        {
            statement["predicate"]!["x" + index] = index;
        }

        Assert.Equal(9, Read(statement).Warnings.Count);
    }

    [Fact]
    public void An_unknown_member_of_the_serialization_is_refused()
    {
        JsonNode statement = JsonNode.Parse(ModelStatementWriter.Write(Sample(new Serialization(), "a")).Span)!;
        statement["predicate"]!["serialization"]!["x-unknown"] = 1;
        ModelSigningException error = Assert.Throws<ModelSigningException>(() => Read(statement));
        Assert.Equal(StatementErrors.SerializationUnknown, error.Definition);
        Assert.Contains("x-unknown", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("\"\"")]
    public void A_list_of_what_is_not_a_resource_is_refused_before_memory_is_taken_for_it(string element)
    {
        string text = Encoding.UTF8.GetString(ModelStatementWriter.Write(Sample(new Serialization { HashType = DigestAlgorithm.Blake2b }, "a")).Span);
        int start = text.IndexOf('[', text.IndexOf("\"resources\"", StringComparison.Ordinal)) + 1, end = text.IndexOf(']', start);
        byte[] payload = Encoding.UTF8.GetBytes(text[..start] + string.Join(',', Enumerable.Repeat(element, 500_000)) + text[end..]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ModelSigningException>(() => ModelStatement.Read(payload));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, payload.Length + (64 * 1024));
    }

    [Fact]
    public void A_statement_costs_in_memory_what_its_resources_do()
    {
        long Cost(int count)
        {
            byte[] payload = ModelStatementWriter.Write(Many(count)).ToArray();
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal(count, ModelStatement.Read(payload).Manifest.Resources.Count);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        _ = Cost(10);
        long once = Cost(10_000), twice = Cost(20_000);
        Assert.InRange(once, 0, 10_000 * 250);
        Assert.InRange(twice, 0, 20_000 * 250);
    }

    [Fact]
    public void Reading_a_statement_asks_whether_it_was_cancelled()
    {
        byte[] payload = ModelStatementWriter.Write(Many(5_000)).ToArray();
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => ModelStatement.Read(payload, cancelled.Token));
    }

    [Fact]
    public void Release_0_2_0_listed_the_files_as_subjects()
    {
        Bundle bundle = BundleReader.Read(SharedData.Require("testdata/oms/test/test-cases/verify/historical/historical-v0.2.0-certificate/bundle.sig"));
        ModelStatement statement = ModelStatement.Read(bundle.DsseEnvelope!.Payload);
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
        string text = $$"""{"_type":"{{InTotoStatement.TypeV1}}","predicateType":"{{ModelStatement.DigestsPredicateType}}","subject":[ {{Subject(first)}},{{Subject(second)}} ]}""";
        ModelSigningException? error = Record.Exception(() => ModelStatement.Read(Encoding.UTF8.GetBytes(text))) as ModelSigningException;
        Assert.Equal(id, error?.Definition.Id);
    }

    private static Manifest Sample(Serialization serialization, params string[] names) => new(
        "m", serialization, [.. names.Select(name => new Resource(name, SHA256.HashData("x"u8)))], out _);

    private static Manifest Many(int count) => Sample(new Serialization(), [.. Enumerable.Range(0, count).Select(index => index.ToString("d8", CultureInfo.InvariantCulture))]);

    private static ModelStatement Read(JsonNode statement) => ModelStatement.Read(Encoding.UTF8.GetBytes(statement.ToJsonString()));
}
