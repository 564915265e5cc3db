using System.Globalization;
using ModelSigning.Core.Hashing;

namespace ModelSigning.Core.Models;

/// <summary>How a model is cut into resources (OMS v1.0, serialization.method).</summary>
public enum SerializationMethod
{
    /// <summary>Each file is a resource: <c>files</c>.</summary>
    Files,

    /// <summary>Each range of <see cref="Serialization.ShardSize"/> bytes of a file is a resource: <c>shards</c>.</summary>
    Shards,
}

/// <summary>How a model's files were found, cut and hashed (OMS v1.0, predicate.serialization).</summary>
public sealed record Serialization
{
    /// <summary>The shard size that the specification proposes: 1,000,000,000 bytes.</summary>
    public const long DefaultShardSize = 1_000_000_000;

    /// <summary>The digest algorithm of every resource.</summary>
    public DigestAlgorithm HashType { get; init; } = DigestAlgorithm.Sha256;

    /// <summary>The shards' length in bytes, at least 1; null when each file is hashed whole.</summary>
    public long? ShardSize { get; init; }

    /// <summary>Files or shards.</summary>
    public SerializationMethod Method => ShardSize is null ? SerializationMethod.Files : SerializationMethod.Shards;

    /// <summary>Whether symbolic links to files were followed.</summary>
    public bool AllowSymlinks { get; init; }

    /// <summary>
    /// The paths that were left out, relative to the model, with <c>/</c> between components; in a statement that was read, as it has
    /// them. They excuse extra files and nothing else.
    /// </summary>
    public IReadOnlyList<string> IgnorePaths { get; init; } = [];

    /// <summary>What two manifests must share to be comparable, for messages: <c>sha256, shards of 1000 bytes</c>.</summary>
    internal string Description => HashType.Identifier() + (ShardSize is { } size
        ? string.Create(CultureInfo.InvariantCulture, $", shards of {size} bytes") : ", whole files");
}
