using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Attestations;

/// <summary>Reads <c>predicate.serialization</c> (OMS v1.0, 5.2.2), in the specification's form and in those of other tools.</summary>
internal static class SerializationReader
{
    private const int MaximumIgnorePaths = 65536;

    /// <summary>Reads the object.</summary>
    /// <exception cref="ModelSigningException">
    /// <see cref="StatementErrors.SerializationUnknown"/>, <see cref="StatementErrors.StatementMalformed"/>.
    /// </exception>
    public static Serialization Read(JsonSlice element)
    {
        CheckMembers(element);
        string method = element.Text("method", "serialization");
        if (method is not ("files" or "shards"))
        {
            throw StatementErrors.SerializationUnknown.At($"The statement's method is '{method}', but must be 'files' or 'shards'.");
        }

        string hashType = element.Text("hash_type", "serialization");
        if (!DigestAlgorithms.TryParse(hashType, out DigestAlgorithm algorithm))
        {
            throw StatementErrors.SerializationUnknown.At($"The statement's hash_type is '{hashType}', which is not one of {DigestAlgorithms.Names()}.");
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
        string sized = ModelStatementWriter.Label(serialization, sized: true);
        return serialization.ShardSize is not null && (label == sized || label == sized + ".0");
    }

    // Each member changes what the digests are of, so that one that is not known cannot be passed over.
    private static void CheckMembers(JsonSlice element)
    {
        foreach (JsonSliceMember member in element.Members)
        {
            string name = member.Name;
            if (name is not ("method" or "hash_type" or "shard_size" or "allow_symlinks" or "ignore_paths"))
            {
                throw StatementErrors.SerializationUnknown.At($"The statement's serialization has a member '{Shorten(name)}', which this version does not support.");
            }
        }
    }

    private static long? ReadShardSize(JsonSlice element, bool shards)
    {
        bool there = element.TryGet("shard_size", out JsonSlice size);
        if (there != shards)
        {
            throw StatementErrors.SerializationUnknown.At(shards
                ? "The statement's method is 'shards', but it has no shard_size." : "The statement's method is 'files', but it has a shard_size.");
        }

        // The Python tool writes 1000000000.0.
        return !shards ? null
            : size.Kind == JsonValueKind.Number && Utf8Parser.TryParse(size.Utf8.Span, out decimal value, out int consumed) && consumed == size.Utf8.Length && value == decimal.Truncate(value)
                && value is > 0 and <= long.MaxValue ? (long)value
            : throw StatementErrors.SerializationUnknown.At(Invariant($"The statement's shard_size is {Shorten(Encoding.UTF8.GetString(size.Utf8.Span[..Math.Min(size.Utf8.Length, 256)]))}, but must be a positive integer."));
    }

    private static bool ReadBoolean(JsonSlice element, string name) =>
        element.TryGet(name, out JsonSlice member) && member.Kind is JsonValueKind.True or JsonValueKind.False
            ? member.Kind == JsonValueKind.True
            : throw StatementErrors.StatementMalformed.At($"The signed statement's serialization needs a member '{name}' that is true or false.");

    private static List<string> ReadIgnorePaths(JsonSlice element)
    {
        List<string> paths = [];
        if (element.TryGet("ignore_paths", out _))
        {
            // Releases before 1.1 do not have it.
            foreach (JsonSlice path in element.Member("ignore_paths", JsonValueKind.Array, "serialization").Elements)
            {
                paths.Add(path.Kind == JsonValueKind.String && paths.Count < MaximumIgnorePaths ? path.Text()
                    : throw StatementErrors.StatementMalformed.At($"The signed statement's ignore_paths must be an array of at most {MaximumIgnorePaths} strings."));
            }
        }

        return paths;
    }

    private static string Shorten(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
