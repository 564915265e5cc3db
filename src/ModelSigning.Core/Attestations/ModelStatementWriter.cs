using System.Buffers;
using System.Globalization;
using System.Text;
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
        ArrayBufferWriter<byte> buffer = new(Math.Max(1024, (int)Math.Min(EstimateLength(manifest), Array.MaxLength)));
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
        WriteResources(json, manifest, sizedShardLabels);
        WriteSerialization(json, manifest.Serialization);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>
    /// About how many bytes the statement of these resources has: exact but for characters that JSON escapes, never more than a few
    /// hundred bytes too large.
    /// </summary>
    internal static long EstimateLength(IEnumerable<string> names, DigestAlgorithm algorithm, int labelLength)
    {
        long resource = "{\"name\":\"\",\"digest\":\"\",\"algorithm\":\"\"},".Length + (2 * algorithm.DigestLength()) + labelLength;
        return names.Sum(name => resource + Encoding.UTF8.GetByteCount(name));
    }

    /// <summary>The label of a manifest's resources.</summary>
    internal static string Label(Serialization serialization, bool sized) => serialization.HashType.Identifier()
        + (sized && serialization.ShardSize is { } size ? string.Create(CultureInfo.InvariantCulture, $"-sharded-{size}") : "");

    private static long EstimateLength(Manifest manifest) =>
        EstimateLength(manifest.Resources.Select(resource => resource.Name), manifest.Serialization.HashType, labelLength: 32);

    private static void WriteResources(Utf8JsonWriter json, Manifest manifest, bool sizedShardLabels)
    {
        JsonEncodedText name = JsonEncodedText.Encode("name"), digest = JsonEncodedText.Encode("digest"), algorithm = JsonEncodedText.Encode("algorithm");
        JsonEncodedText label = JsonEncodedText.Encode(Label(manifest.Serialization, sizedShardLabels));
        Span<byte> hex = stackalloc byte[2 * 64];
        json.WriteStartArray("resources");
        foreach (Resource resource in manifest.Resources)
        {
            json.WriteStartObject();
            json.WriteString(name, resource.Name);
            json.WriteString(digest, Hexadecimal.Write(resource.Digest.Span, hex));
            json.WriteString(algorithm, label);
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
