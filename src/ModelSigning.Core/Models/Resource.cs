using System.Security.Cryptography;

namespace ModelSigning.Core.Models;

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
        foreach (Resource resource in resources)
        {
            hash.AppendData(resource.Digest.Span);
        }

        return hash.GetHashAndReset();
    }
}
