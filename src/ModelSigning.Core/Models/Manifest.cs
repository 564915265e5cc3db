namespace ModelSigning.Core.Models;

/// <summary>What a model consists of: the resources with their digests, and how they were made.</summary>
public sealed class Manifest
{
    private readonly Resource[] _resources;

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
    public byte[] ComputeRootDigest() => RootDigest.Compute(_resources);

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
