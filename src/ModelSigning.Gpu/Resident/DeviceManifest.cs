using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Models;
using ModelSigning.Gpu.Devices;

namespace ModelSigning.Gpu.Resident;

/// <summary>
/// The manifest of named ranges of device memory, as a model's files have one. It is signed and compared like any other:
/// <c>signer.Sign(ModelStatementWriter.Write(manifest), token)</c>, and <c>ManifestDifference.Between(verified.Manifest, manifest)</c>.
/// </summary>
public static class DeviceManifest
{
    /// <summary>Hashes ranges into a manifest.</summary>
    /// <param name="hasher">What hashes.</param>
    /// <param name="modelName">The model's name; not empty.</param>
    /// <param name="algorithm">The digest algorithm of every range.</param>
    /// <param name="ranges">The ranges, each with a name of its own that a resource may have (OMS v1.0, 6.3).</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException"><see cref="GpuErrors.DeviceRangeName"/>, or as for <see cref="DeviceMemoryHasher.Digests"/>.</exception>
    public static Manifest Hash(
        DeviceMemoryHasher hasher, string modelName, DigestAlgorithm algorithm, IReadOnlyList<DeviceRange> ranges, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(hasher);
        ArgumentException.ThrowIfNullOrEmpty(modelName);
        ArgumentNullException.ThrowIfNull(ranges);
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (DeviceRange range in ranges)
        {
            if (!ResourceName.IsCanonical(range.Name) || !names.Add(range.Name))
            {
                throw GpuErrors.DeviceRangeName.At($"The range '{range.Name}' has a name that is not unique or not valid for a resource. Use / between components.", range.Name);
            }
        }

        IReadOnlyList<ReadOnlyMemory<byte>> digests = hasher.Digests(algorithm, ranges, cancellationToken);
        return Manifest.Of(modelName, new Serialization { HashType = algorithm }, ranges.Select((range, index) => new Resource(range.Name, digests[index])));
    }
}
