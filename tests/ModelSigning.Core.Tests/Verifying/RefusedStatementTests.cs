using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Tests.Signing;

namespace ModelSigning.Core.Tests.Verifying;

/// <summary>
/// Statements that are wrong and properly signed with the trusted key, so that each fails for its own reason and not for its
/// signature, as the altered ones of the public suite do.
/// </summary>
public sealed class RefusedStatementTests : IDisposable
{
    private readonly ModelFixture _model = new();

    public void Dispose() => _model.Dispose();

    public static TheoryData<string, string> Changes => new()
    {
        { "$._type = https://in-toto.io/Statement/v0.1", "StatementTypeUnknown" },
        { "$._type -", "StatementMalformed" },
        { "$.predicateType = https://slsa.dev/provenance/v1", "PredicateTypeUnknown" },
        { "$.predicateType = https://model_signing/signature/v2.0", "PredicateTypeUnknown" },
        { "$.predicateType -", "StatementMalformed" },
        { "$.subject -", "StatementMalformed" },
        { "$.subject = []", "StatementMalformed" },
        { "$.subject + copy", "StatementMalformed" },
        { "$.subject[0].name = ", "StatementMalformed" },
        { "$.subject[0].digest -", "StatementMalformed" },
        { "$.subject[0].digest.sha256 -", "StatementMalformed" },
        { "$.subject[0].digest.sha256 = 00", "ResourceDigestInvalid" },
        { "$.subject[0].digest.sha256 = 0000000000000000000000000000000000000000000000000000000000000000", "RootDigestMismatch" },
        { "$.predicate -", "StatementMalformed" },
        { "$.predicate.resources -", "StatementMalformed" },
        { "$.predicate.resources = []", "ResourcesEmpty" },
        { "$.predicate.resources = {}", "StatementMalformed" },
        { "$.predicate.resources + copy", "ResourceDuplicate" },
        { "$.predicate.resources[0] = 1", "StatementMalformed" },
        { "$.predicate.resources[0].name = ../outside", "ResourceNameInvalid" },
        { "$.predicate.resources[0].name = d/../../outside", "ResourceNameInvalid" },
        { "$.predicate.resources[0].name = /etc/hostname", "ResourceNameInvalid" },
        { "$.predicate.resources[0].name = ./config.json", "ResourceNameInvalid" },
        { "$.predicate.resources[0].name = weights//part-1.bin", "ResourceNameInvalid" },
        { "$.predicate.resources[0].name = .", "ResourceNameInvalid" },
        { "$.predicate.resources[0].name = weights/", "ResourceNameInvalid" },
        { "$.predicate.resources[0].name = ", "ResourceNameInvalid" },
        { "$.predicate.resources[0].name -", "StatementMalformed" },
        { "$.predicate.resources[0].algorithm = sha512", "ResourceDigestInvalid" },
        { "$.predicate.resources[0].algorithm = blake3", "ResourceDigestInvalid" },
        { "$.predicate.resources[0].algorithm = sha256-sharded-10", "ResourceDigestInvalid" },
        { "$.predicate.resources[0].algorithm -", "StatementMalformed" },
        { "$.predicate.resources[0].digest = abcd", "ResourceDigestInvalid" },
        { "$.predicate.resources[0].digest = 44136FA355B3678A1146AD16F7E8649E94FB4FC21FE77E8310C060F61CAAFF8A", "ResourceDigestInvalid" },
        { "$.predicate.serialization -", "StatementMalformed" },
        { "$.predicate.serialization.method = blocks", "SerializationUnknown" },
        { "$.predicate.serialization.method = shards", "SerializationUnknown" },
        { "$.predicate.serialization.method -", "StatementMalformed" },
        { "$.predicate.serialization.hash_type = md5", "SerializationUnknown" },
        { "$.predicate.serialization.hash_type = blake3", "ResourceDigestInvalid" },
        { "$.predicate.serialization.shard_size = 10", "SerializationUnknown" },
        { "$.predicate.serialization.allow_symlinks -", "StatementMalformed" },
        { "$.predicate.serialization.allow_symlinks = no", "StatementMalformed" },
        { "$.predicate.serialization.ignore_paths = no", "StatementMalformed" },
        { "$.predicate.serialization.ignore_paths = [1]", "StatementMalformed" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_wrong_statement_is_refused_for_what_is_wrong_in_it(string change, string id)
    {
        _model.Sign();
        JsonObject statement = StatementOf(_model.SignaturePath);
        Apply(statement, change);
        Resign(Encoding.UTF8.GetBytes(statement.ToJsonString()));
        Refuses(id);
    }

    [Theory]
    [InlineData("\ufeff", "", "StatementMalformed")]
    [InlineData("", "x", "StatementMalformed")]
    [InlineData("[", "]", "StatementMalformed")]
    public void Text_around_the_statement_is_refused(string before, string after, string id)
    {
        _model.Sign();
        Resign(Encoding.UTF8.GetBytes(before + StatementOf(_model.SignaturePath).ToJsonString() + after));
        Refuses(id);
    }

    [Fact]
    public void A_member_that_stands_twice_is_refused_on_every_level()
    {
        _model.Sign();
        string text = StatementOf(_model.SignaturePath).ToJsonString();
        foreach (string member in (string[])["_type", "predicateType", "resources", "name", "digest", "algorithm", "hash_type", "allow_symlinks"])
        {
            Resign(Encoding.UTF8.GetBytes(text.Replace($"\"{member}\":", $"\"{member}\":\"\",\"{member}\":", StringComparison.Ordinal)));
            Refuses("StatementDuplicateMember");
        }
    }

    [Fact]
    public void A_statement_in_another_encoding_is_refused()
    {
        _model.Sign();
        Resign(Encoding.Unicode.GetBytes(StatementOf(_model.SignaturePath).ToJsonString()));
        Refuses("StatementMalformed");
    }

    [Fact]
    public void A_nesting_bomb_is_refused()
    {
        _model.Sign();
        string text = StatementOf(_model.SignaturePath).ToJsonString();
        Resign(Encoding.UTF8.GetBytes($"{text[..^1]},\"x\":{new string('[', 100_000)}{new string(']', 100_000)}}}"));
        Refuses("StatementTooDeep");
    }

    [Fact]
    public void Another_payload_type_is_refused_although_its_signature_holds()
    {
        _model.Sign();
        byte[] payload = Encoding.UTF8.GetBytes(StatementOf(_model.SignaturePath).ToJsonString());
        const string type = "application/vnd.cyclonedx+json";
        byte[] signature = _model.Key.SignDigest(DsseEnvelope.PreAuthenticationDigest(type, payload, HashAlgorithmName.SHA256));
        Bundle bundle = new KeySigner(_model.Key).Sign(payload, CancellationToken.None);
        Write(bundle with { DsseEnvelope = new DsseEnvelope { PayloadType = type, Payload = payload, Signatures = [new DsseSignature(signature, "")] } });
        Refuses("PayloadTypeUnknown");
    }

    [Fact]
    public void The_name_dot_is_a_single_file_and_no_folder()
    {
        _model.Sign();
        JsonObject statement = StatementOf(_model.SignaturePath);
        JsonArray resources = (JsonArray)statement["predicate"]!["resources"]!;
        resources.RemoveAt(1);
        resources[0]!["name"] = ".";
        Rehash(statement);
        Resign(Encoding.UTF8.GetBytes(statement.ToJsonString()));
        Refuses("ModelIsNotSingleFile");
        Assert.True(_model.Verify(request => request with { ModelPath = _model["config.json"], SignaturePath = _model.SignaturePath }).IsValid);
    }

    // A change is "path = value", "path -" (remove) or "path + copy" (append the first element again). The root digest is set anew,
    // unless it is what the change is about.
    private static void Apply(JsonObject statement, string change)
    {
        string[] parts = change.Split(' ', 3);
        string[] steps = parts[0].Replace("[0]", ".0", StringComparison.Ordinal).Split('.')[1..];
        JsonNode parent = statement;
        foreach (string step in steps[..^1])
        {
            parent = step == "0" ? parent[0]! : parent[step]!;
        }

        if (parts[1] == "+")
        {
            JsonArray list = (JsonArray)parent[steps[^1]]!;
            list.Add(list[0]!.DeepClone());
        }
        else if (parts[1] == "-")
        {
            ((JsonObject)parent).Remove(steps[^1]);
        }
        else if (steps[^1] == "0")
        {
            parent[0] = JsonNode.Parse(parts[2]);
        }
        else
        {
            parent[steps[^1]] = parts[2] is ['[' or '{' or '1', ..] ? JsonNode.Parse(parts[2]) : parts[2];
        }

        if (!change.StartsWith("$.subject", StringComparison.Ordinal))
        {
            Rehash(statement);
        }
    }

    private static void Rehash(JsonObject statement)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (JsonNode? resource in statement["predicate"]?["resources"] as JsonArray ?? [])
        {
            string digest = (resource as JsonObject)?["digest"]?.GetValue<string>() ?? "";
            hash.AppendData(Convert.FromHexString(digest));
        }

        statement["subject"]![0]!["digest"]!["sha256"] = Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant();
    }

    private static JsonObject StatementOf(string path) => (JsonObject)JsonNode.Parse(BundleReader.Read(path).DsseEnvelope!.Payload.Span)!;

    private void Resign(byte[] statement) => Write(new KeySigner(_model.Key).Sign(statement, CancellationToken.None));

    private void Write(Bundle bundle) => File.WriteAllBytes(_model.SignaturePath, BundleWriter.Write(bundle));

    private void Refuses(string id)
    {
        ModelSigningException error = Assert.Throws<ModelSigningException>(() => _model.Verify());
        Assert.Equal(id, error.Definition.Id);
    }
}
