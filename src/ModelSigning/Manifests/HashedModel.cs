using System.Globalization;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Models;

namespace ModelSigning;

/// <summary>A model's files and the manifest that was made of them.</summary>
/// <param name="Source">Where the files came from.</param>
/// <param name="Files">The files.</param>
/// <param name="Manifest">Their manifest.</param>
internal sealed record HashedModel(string Source, ModelFiles Files, Manifest Manifest)
{
    /// <summary>The digest of the whole model, as <c>sha256:hex</c>.</summary>
    internal string RootDigest => Digests.Root(Manifest.ComputeRootDigest());

    /// <summary>The name of exactly this content, for trust policies.</summary>
    internal string Pin => ModelPin.Of(Manifest, null);

    /// <summary>The manifest's entries, each with the number of bytes that its digest is of.</summary>
    internal IEnumerable<ModelResource> Resources()
    {
        Dictionary<string, long> lengths = Files.Files.ToDictionary(file => file.Name, file => file.Length, StringComparer.Ordinal);
        string algorithm = Manifest.Serialization.HashType.Identifier();
        foreach (Resource resource in Manifest.Resources)
        {
            yield return new ModelResource(resource.Name, algorithm, Digests.Hex(resource.Digest.Span), Files.ModelPath)
            {
                Source = Source,
                Length = Manifest.Serialization.ShardSize is null ? lengths[resource.Name] : ShardLength(resource.Name),
            };
        }
    }

    // A shard is named file:start:end (OMS v1.0, 6.3), and our own hasher has just written the name.
    private static long ShardLength(string name)
    {
        int end = name.LastIndexOf(':');
        int start = name.LastIndexOf(':', end - 1);
        return long.Parse(name.AsSpan(end + 1), NumberStyles.None, CultureInfo.InvariantCulture)
            - long.Parse(name.AsSpan(start + 1, end - start - 1), NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
