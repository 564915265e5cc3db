using ModelSigning.Core.Files;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Manifests;

/// <summary>
/// The digests of an earlier signature, with what the file system recorded of the files when they were hashed. A digest is taken from here only if the file's
/// record is the same now, and only if a signature that was verified has it, so that anyone who can write the manifest file cannot have a digest of their choice signed.
/// </summary>
/// <param name="recorded">The manifest file that was written at hashing.</param>
/// <param name="signed">The manifest of the earlier signature, verified, whose resources are made in the same way.</param>
internal sealed class EarlierManifest(ManifestFile recorded, Manifest signed)
{
    /// <summary>The digests that hold still.</summary>
    /// <param name="plan">What is to be hashed.</param>
    /// <param name="records">What the file system records of the file of the item at the same place now.</param>
    /// <returns>The digest of the item at the same place; null for one that is to be hashed.</returns>
    public ReadOnlyMemory<byte>?[] DigestsOf(HashPlan plan, IReadOnlyList<FileRecord> records)
    {
        ReadOnlyMemory<byte>?[] digests = new ReadOnlyMemory<byte>?[plan.Names.Count];
        for (int index = 0, written = 0, at = 0; index < records.Count; index++)
        {
            string name = plan.Names[index];
            if (Find(recorded.Manifest.Resources, name, ref written) && Find(signed.Resources, name, ref at)
                && records[index] is { IsKnown: true } now && written < recorded.Records.Count && now == recorded.Records[written]
                && recorded.Lengths[written] == plan.Items[index].Length
                && recorded.Manifest.Resources[written].Digest.Span.SequenceEqual(signed.Resources[at].Digest.Span))
            {
                digests[index] = signed.Resources[at].Digest;
            }
        }

        return digests;
    }

    /// <summary>Whether the two have any digest in common.</summary>
    public bool HasAny()
    {
        int at = 0;
        return recorded.Manifest.Resources.Any(resource =>
            Find(signed.Resources, resource.Name, ref at) && signed.Resources[at].Digest.Span.SequenceEqual(resource.Digest.Span));
    }

    // All lists are sorted, so that looking for one name after the other goes through each list once.
    private static bool Find(IReadOnlyList<Resource> resources, string name, ref int at)
    {
        while (at < resources.Count && ResourceNameComparer.Instance.Compare(resources[at].Name, name) < 0)
        {
            at++;
        }

        return at < resources.Count && resources[at].Name == name;
    }
}
