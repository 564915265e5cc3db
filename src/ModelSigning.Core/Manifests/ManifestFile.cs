using System.Globalization;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Manifests;

/// <summary>Which part of a manifest a file holds.</summary>
/// <param name="Number">The part, from 1 on.</param>
/// <param name="Count">How many parts there are.</param>
public readonly record struct ManifestPart(int Number, int Count)
{
    /// <summary>The most parts: 100,000.</summary>
    public const int MaximumCount = 100_000;

    /// <summary>All of it.</summary>
    public static ManifestPart Whole { get; } = new(1, 1);

    /// <inheritdoc/>
    public override string ToString() => Invariant($"part {Number} of {Count}");
}

/// <summary>A manifest, or a part of one, that is kept as a file: JSON Lines, a header and then one resource a line.</summary>
/// <remarks>Nothing protects it but the file system: anyone who can write the file decides what is signed or compared.</remarks>
/// <param name="Manifest">The resources, sorted, and how they were made.</param>
/// <param name="Lengths">The bytes that the digest of the resource at the same place is of; 0 where a list of another program does not say.</param>
/// <param name="Listing">The digest of all names and lengths of the model and of the settings, which all parts share: 32 bytes (<see cref="ListingOf"/>).</param>
/// <param name="Part">Which part it is.</param>
/// <param name="Worker">The name of the machine that hashed it, for messages.</param>
public sealed record ManifestFile(Manifest Manifest, IReadOnlyList<long> Lengths, ReadOnlyMemory<byte> Listing, ManifestPart Part, string Worker)
{
    /// <summary>What the file system recorded of the file of the resource at the same place when it was hashed; empty where nothing is known of any.</summary>
    internal IReadOnlyList<FileRecord> Records { get; init; } = [];

    /// <summary>
    /// The digest of what was to be hashed: SHA-256 over the text <c>model-signing/listing/v1</c>, method, hash type, shard size (empty for whole files), allow_symlinks,
    /// the number of ignored paths, each of them, the number of resources, then each resource's name and length. Each field is preceded by its length in bytes, an unsigned
    /// 64-bit number with the highest byte first; texts are UTF-8, numbers decimal digits.
    /// </summary>
    /// <param name="serialization">How the resources are made; ignored paths in any order.</param>
    /// <param name="names">The resources' names, sorted.</param>
    /// <param name="lengths">Their lengths in bytes, in the same order.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] ListingOf(Serialization serialization, IReadOnlyList<string> names, IReadOnlyList<long> lengths)
    {
        ArgumentNullException.ThrowIfNull(serialization);
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(lengths);
        using FieldDigest digest = new();
        digest.Append("model-signing/listing/v1");
        digest.Append(serialization.Method == SerializationMethod.Shards ? "shards" : "files");
        digest.Append(serialization.HashType.Identifier());
        digest.Append(serialization.ShardSize?.ToString(CultureInfo.InvariantCulture) ?? "");
        digest.Append(serialization.AllowSymlinks ? "true" : "false");
        string[] ignored = [.. serialization.IgnorePaths.Distinct(StringComparer.Ordinal).Order(ResourceNameComparer.Instance)];
        digest.Append(ignored.Length);
        foreach (string path in ignored)
        {
            digest.Append(path);
        }

        digest.Append(names.Count);
        for (int index = 0; index < names.Count; index++)
        {
            digest.Append(names[index]);
            digest.Append(lengths[index]);
        }

        return digest.Finish();
    }
}
