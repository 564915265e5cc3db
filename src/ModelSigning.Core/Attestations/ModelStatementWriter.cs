using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Attestations;

/// <summary>
/// Writes the statements of models: compact JSON in UTF-8, members in the order of the specification's examples, resources sorted. Equal
/// manifests give equal bytes.
/// </summary>
public static class ModelStatementWriter
{
    // Names stand as they are, not as \u escapes: no browser reads this, and people do.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Characters that are one byte in JSON, whatever the encoder.
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 !#$%()*,-./:;=?@[]^_{|}~");

    // What a statement has beside names and paths, and what the JSON writer wants free in front of it.
    private const int Slack = 64 * 1024;

    /// <summary>Writes the statement of a manifest.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="sizedShardLabels">
    /// Whether shards carry the label that the Python and Go tools write and want, <c>sha256-sharded-1000</c>, instead of the
    /// specification's <c>sha256</c>.
    /// </param>
    /// <returns>The payload's bytes.</returns>
    public static ReadOnlyMemory<byte> Write(Manifest manifest, bool sizedShardLabels = false)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        string label = Label(manifest.Serialization, sizedShardLabels);

        // Large enough from the beginning: a buffer that grows has itself twice while it does.
        ArrayBufferWriter<byte> buffer = new(
            (int)Math.Min(Slack + LengthOfResources(manifest.Resources.Select(resource => resource.Name), manifest.Serialization.HashType, label.Length), Array.MaxLength));
        using Utf8JsonWriter json = new(buffer, Options);
        json.WriteStartObject();
        json.WriteString("_type", InTotoStatement.TypeV1);
        json.WriteStartArray("subject");
        json.WriteStartObject();
        json.WriteString("name", manifest.ModelName);
        json.WriteStartObject("digest");
        json.WriteString("sha256", Hexadecimal.Write(manifest.ComputeRootDigest()));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteString("predicateType", ModelStatement.PredicateTypeV10);
        json.WriteStartObject("predicate");
        WriteResources(json, manifest, label);
        WriteSerialization(json, manifest.Serialization);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>How many bytes these resources have in a statement, characters that JSON escapes included.</summary>
    internal static long LengthOfResources(IEnumerable<string> names, DigestAlgorithm algorithm, int labelLength)
    {
        long resource = "{\"name\":\"\",\"digest\":\"\",\"algorithm\":\"\"},".Length + (2 * algorithm.DigestLength()) + labelLength;
        return names.Sum(name => resource + EscapedLength(name));
    }

    /// <summary>How many bytes the statement of a model has beside its resources, at most.</summary>
    internal static long LengthOfOther(string modelName, IEnumerable<string> ignorePaths) =>
        Slack + EscapedLength(modelName) + ignorePaths.Sum(path => "\"\",".Length + (long)EscapedLength(path));

    /// <summary>The label of a manifest's resources.</summary>
    internal static string Label(Serialization serialization, bool sized) => serialization.HashType.Identifier()
        + (sized && serialization.ShardSize is { } size ? Invariant($"-sharded-{size}") : "");

    private static int EscapedLength(string text) => text.AsSpan().ContainsAnyExcept(Plain)
        ? JsonEncodedText.Encode(text, Options.Encoder).EncodedUtf8Bytes.Length
        : text.Length;

    private static void WriteResources(Utf8JsonWriter json, Manifest manifest, string label)
    {
        JsonEncodedText name = JsonEncodedText.Encode("name"), digest = JsonEncodedText.Encode("digest"), algorithm = JsonEncodedText.Encode("algorithm");
        JsonEncodedText encodedLabel = JsonEncodedText.Encode(label);
        Span<byte> hex = stackalloc byte[2 * 64];
        json.WriteStartArray("resources");
        foreach (Resource resource in manifest.Resources)
        {
            json.WriteStartObject();
            json.WriteString(name, resource.Name);
            json.WriteString(digest, Hexadecimal.Write(resource.Digest.Span, hex));
            json.WriteString(algorithm, encodedLabel);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the member <c>serialization</c> as a statement has it.</summary>
    internal static void WriteSerialization(Utf8JsonWriter json, Serialization serialization)
    {
        json.WriteStartObject("serialization");
        json.WriteString("method", serialization.Method == SerializationMethod.Shards ? "shards" : "files");
        json.WriteString("hash_type", serialization.HashType.Identifier());
        if (serialization.ShardSize is { } size)
        {
            json.WriteNumber("shard_size", size);
        }

        json.WriteBoolean("allow_symlinks", serialization.AllowSymlinks);
        json.WriteStartArray("ignore_paths");
        foreach (string path in serialization.IgnorePaths)
        {
            json.WriteStringValue(path);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
