using System.Globalization;
using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Bundles;

/// <summary>Reads <c>predicate.serialization</c> (OMS v1.0, 5.2.2), in the specification's form and in those of other tools.</summary>
internal static class SerializationReader
{
    /// <summary>Reads the object.</summary>
    /// <exception cref="ModelSigningException">
    /// <see cref="StatementErrors.SerializationUnknown"/>, <see cref="StatementErrors.StatementMalformed"/>.
    /// </exception>
    public static Serialization Read(JsonElement element)
    {
        string method = element.Text("method", "serialization");
        if (method is not ("files" or "shards"))
        {
            throw StatementErrors.SerializationUnknown.At($"The statement's method is '{method}'; 'files' and 'shards' are known.");
        }

        string hashType = element.Text("hash_type", "serialization");
        if (!DigestAlgorithms.TryParse(hashType, out DigestAlgorithm algorithm))
        {
            throw StatementErrors.SerializationUnknown.At($"The statement's hash_type is '{hashType}'; 'sha256', 'blake2b' and 'blake3' are known.");
        }

        return new Serialization
        {
            HashType = algorithm,
            ShardSize = ReadShardSize(element, method == "shards"),
            AllowSymlinks = ReadBoolean(element, "allow_symlinks"),
            IgnorePaths = ReadIgnorePaths(element),
        };
    }

    /// <summary>
    /// Whether a label is the one that the Python and Go tools give shards, <c>sha256-sharded-1000</c>; older releases wrote the
    /// size as a floating-point number.
    /// </summary>
    public static bool IsSizedLabel(string label, Serialization serialization)
    {
        string sized = StatementWriter.Label(serialization, sized: true);
        return serialization.ShardSize is not null && (label == sized || label == sized + ".0");
    }

    private static long? ReadShardSize(JsonElement element, bool shards)
    {
        bool there = element.TryGetProperty("shard_size", out JsonElement size);
        if (there != shards)
        {
            throw StatementErrors.SerializationUnknown.At(shards
                ? "The statement's method is 'shards' and it has no shard_size." : "The statement's method is 'files' and it has a shard_size.");
        }

        // The Python tool writes 1000000000.0.
        return !shards ? null
            : size.ValueKind == JsonValueKind.Number && size.TryGetDecimal(out decimal value) && value == decimal.Truncate(value)
                && value is > 0 and <= long.MaxValue ? (long)value
            : throw StatementErrors.SerializationUnknown.At(string.Create(
                CultureInfo.InvariantCulture, $"The statement's shard_size is {Shorten(size.GetRawText())} and must be a positive whole number."));
    }

    private static bool ReadBoolean(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement member) && member.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? member.GetBoolean()
            : throw StatementErrors.StatementMalformed.At($"The signed statement's serialization needs a member '{name}' that is true or false.");

    private static string[] ReadIgnorePaths(JsonElement element)
    {
        if (!element.TryGetProperty("ignore_paths", out _))
        {
            // Releases before 1.1 do not have it.
            return [];
        }

        JsonElement paths = element.Member("ignore_paths", JsonValueKind.Array, "serialization");
        return [.. paths.EnumerateArray().Select(path => path.ValueKind == JsonValueKind.String
            ? path.GetString()!
            : throw StatementErrors.StatementMalformed.At("The signed statement's ignore_paths must be an array of strings."))];
    }

    private static string Shorten(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
