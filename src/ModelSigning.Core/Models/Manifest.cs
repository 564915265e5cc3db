using System.Security.Cryptography;
using ModelSigning.Core.Hashing;

namespace ModelSigning.Core.Models;

/// <summary>What a model consists of: the resources with their digests, and how they were made.</summary>
public sealed class Manifest
{
    private readonly Resource[] _resources;
    private byte[]? _rootDigest;

    /// <summary>Makes a manifest.</summary>
    /// <param name="modelName">The model's name; not empty, compared with nothing.</param>
    /// <param name="serialization">How the resources were made.</param>
    /// <param name="resources">The resources in any order; the manifest takes the array over and sorts it.</param>
    /// <param name="duplicate">A name that two resources have; null when there is none, as there must be.</param>
    internal Manifest(string modelName, Serialization serialization, Resource[] resources, out string? duplicate)
    {
        ModelName = modelName;
        Serialization = serialization;
        _resources = resources;
        // Those of a model that was listed are in order already, and a million of them would be compared twenty times each.
        if (!IsSorted(resources, out duplicate))
        {
            Array.Sort(resources, Compare);
            IsSorted(resources, out duplicate);
        }
    }

    /// <summary>A manifest that was written down elsewhere, for comparisons.</summary>
    /// <param name="modelName">The model's name, for the errors.</param>
    /// <param name="serialization">How the resources were made.</param>
    /// <param name="resources">The resources in any order.</param>
    /// <exception cref="Errors.ModelSigningException"><see cref="ModelErrors.ManifestsNotComparable"/>: two resources have one name.</exception>
    public static Manifest Of(string modelName, Serialization serialization, IEnumerable<Resource> resources)
    {
        Manifest manifest = new(modelName, serialization, [.. resources], out string? duplicate);
        return duplicate is null
            ? manifest
            : throw ModelErrors.ManifestsNotComparable.At($"'{modelName}' lists '{duplicate}' twice. Use the objects of one manifest.", duplicate);
    }

    /// <summary>The model's name: the last component of its path.</summary>
    public string ModelName { get; }

    /// <summary>How the resources were made.</summary>
    public Serialization Serialization { get; }

    /// <summary>The resources, by name in <see cref="ResourceNameComparer"/>'s order, no name twice.</summary>
    public IReadOnlyList<Resource> Resources => _resources;

    /// <summary>The digest of the whole model: 32 bytes of SHA-256.</summary>
    public byte[] ComputeRootDigest() => [.. _rootDigest ??= RootDigest.Compute(_resources)];

    private static int Compare(Resource a, Resource b) => ResourceNameComparer.Instance.Compare(a.Name, b.Name);

    // Whether no name comes before the one in front of it; if so, the last name that two have.
    private static bool IsSorted(Resource[] resources, out string? duplicate)
    {
        duplicate = null;
        for (int index = 1; index < resources.Length; index++)
        {
            int order = Compare(resources[index - 1], resources[index]);
            if (order > 0)
            {
                return false;
            }

            duplicate = order == 0 ? resources[index].Name : duplicate;
        }

        return true;
    }
}

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
        ? Invariant($", shards of {size} bytes") : ", whole files");
}

/// <summary>An entry of a manifest: a file, or with shards a range of one.</summary>
/// <param name="Name">The file's name, with shards followed by <c>:start:end</c>.</param>
/// <param name="Digest">The raw digest: 32 bytes, for BLAKE2b 64.</param>
public readonly record struct Resource(string Name, ReadOnlyMemory<byte> Digest);

/// <summary>The digest of a whole model.</summary>
public static class RootDigest
{
    /// <summary>
    /// SHA-256 over the raw digests of the resources, one after the other in the given order (OMS v1.0, 6.4); SHA-256 whatever the
    /// resources' own algorithm.
    /// </summary>
    /// <returns>32 bytes.</returns>
    public static byte[] Compute(IEnumerable<Resource> resources)
    {
        ArgumentNullException.ThrowIfNull(resources);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // A call for each of a million digests would take longer than hashing them.
        Span<byte> together = stackalloc byte[4096];
        int filled = 0;
        foreach (Resource resource in resources)
        {
            ReadOnlySpan<byte> digest = resource.Digest.Span;
            if (digest.Length > together.Length - filled)
            {
                hash.AppendData(together[..filled]);
                filled = 0;
            }

            if (digest.Length > together.Length)
            {
                hash.AppendData(digest);
            }
            else
            {
                digest.CopyTo(together[filled..]);
                filled += digest.Length;
            }
        }

        hash.AppendData(together[..filled]);
        return hash.GetHashAndReset();
    }
}
