using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Models;
using ModelSigning.Core.Stores;

namespace ModelSigning.Core.Lineage;

/// <summary>
/// Looks for models in folders of models, by their names: <c>STORE/OWNER/NAME</c>, <c>STORE/OWNER--NAME</c>, <c>STORE/NAME</c>, and the cache of the Hugging Face hub
/// (<c>STORE/models--OWNER--NAME</c>), in this order; where none has the name, by a root digest.
/// </summary>
/// <param name="stores">The full paths of the folders.</param>
/// <param name="rules">How the file system reads names.</param>
internal sealed class StoreSearch(IReadOnlyList<string> stores, FileSystemRules rules)
{
    private static readonly string[] ModelFirst = ["models--", "datasets--"], DatasetFirst = ["datasets--", "models--"];

    private readonly StoreDigests _digests = new(stores, rules);

    /// <summary>Whether there is no store.</summary>
    public bool IsEmpty => stores.Count == 0;

    /// <summary>Where the model of a place that was found lies: a snapshot of the hub's cache, whose files are links, or a plain folder.</summary>
    /// <param name="place">A full path.</param>
    /// <param name="currentDirectory">A full path.</param>
    public ModelSource SourceOf(string place, string currentDirectory) => stores.Any(store => IsBelow(place, store)) && SnapshotFolder.Around(place) is { } snapshot && snapshot.FullPath == place
        ? HuggingFaceCache.Find(place, null, currentDirectory)
        : ModelSource.Plain(place, currentDirectory);

    /// <summary>The places of a name in the stores.</summary>
    /// <param name="name">The name, as someone wrote it. One that could lead out of a store is found nowhere.</param>
    /// <param name="revision">The revision in the hub's cache; null for its <c>main</c>. A plain folder has none.</param>
    /// <param name="isDataset">Whether a dataset is looked for, which the hub's cache keeps apart from models.</param>
    /// <param name="withOwner">Whether a name with an owner is only found with it, because a model of that name can be another owner's.</param>
    /// <returns>The full paths; several where stores have it each, or none.</returns>
    public IReadOnlyList<string> Find(string name, string? revision = null, bool isDataset = false, bool withOwner = false)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] components = AncestorName.Components(name);
        string[][] forms = components.Length switch
        {
            0 => [],
            1 => [components],
            _ when withOwner => [components, [string.Join("--", components)]],
            _ => [components, [string.Join("--", components)], [components[^1]]],
        };
        return forms.Select(Places).FirstOrDefault(places => places.Count > 0) ?? (components.Length == 0 ? []
            : (isDataset ? DatasetFirst : ModelFirst).Select(kind => Snapshots(kind + string.Join("--", components), revision)).FirstOrDefault(places => places.Count > 0) ?? []);
    }

    /// <summary>The places of the models whose signatures name a root digest. Nothing of them is verified.</summary>
    /// <param name="rootDigest">The digest in lower-case hexadecimal.</param>
    public IReadOnlyList<string> FindDigest(string rootDigest) => _digests.Find(rootDigest);

    private static bool IsBelow(string place, string store) => place.StartsWith(Path.TrimEndingDirectorySeparator(store) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private List<string> Places(string[] form) =>
        [.. stores.Select(store => Path.Join([store, .. form])).Where(Directory.Exists).Select(Path.GetFullPath).Distinct(StringComparer.Ordinal)];

    private List<string> Snapshots(string repository, string? revision)
    {
        List<string> places = [];
        foreach (string folder in Places([repository]).Where(SnapshotFolder.IsRepository))
        {
            try
            {
                places.Add(HuggingFaceCache.Find(folder, revision, folder).ModelPath);
            }
            catch (ModelSigningException)
            {
                // A revision that was not downloaded, or cannot be one, does not exist.
            }
        }

        return places;
    }
}
