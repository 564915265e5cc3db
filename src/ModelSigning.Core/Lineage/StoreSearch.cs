using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Models;
using ModelSigning.Core.Stores;

namespace ModelSigning.Core.Lineage;

/// <summary>
/// Looks for models in folders of models, by their names: <c>STORE/OWNER/NAME</c>, <c>STORE/OWNER--NAME</c>, the cache of the Hugging Face hub
/// (<c>STORE/models--OWNER--NAME</c>) and <c>STORE/NAME</c>, in this order; where none has the name, by a root digest.
/// </summary>
/// <param name="stores">The full paths of the folders.</param>
/// <param name="rules">How the file system reads names.</param>
internal sealed class StoreSearch(IReadOnlyList<string> stores, FileSystemRules rules)
{
    private const string Models = "models--", Datasets = "datasets--";

    // In the form of the places in them, which are compared with them.
    private readonly string[] _stores = [.. stores.Select(Path.GetFullPath)];

    private readonly StoreDigests _digests = new([.. stores.Select(Path.GetFullPath)], rules);

    /// <summary>Whether there is no store.</summary>
    public bool IsEmpty => _stores.Length == 0;

    /// <summary>Where the model of a place that was found lies: a snapshot of the hub's cache, whose files are links, or a plain folder.</summary>
    /// <param name="place">A full path.</param>
    /// <param name="currentDirectory">A full path.</param>
    public ModelSource SourceOf(string place, string currentDirectory) => _stores.Any(store => IsBelow(place, store)) && SnapshotFolder.Around(place) is { } snapshot && snapshot.FullPath == place
        ? HuggingFaceCache.Find(place, null, currentDirectory)
        : ModelSource.Plain(place, currentDirectory);

    /// <summary>The places of a name in the stores.</summary>
    /// <param name="name">The name, as someone wrote it. One that could lead out of a store is found nowhere.</param>
    /// <param name="revision">The revision in the hub's cache; null for its <c>main</c>. A plain folder has none.</param>
    /// <param name="isDataset">Whether a dataset is looked for, which the hub's cache keeps apart from models.</param>
    /// <returns>The full paths; several where stores have it each, or none.</returns>
    /// <exception cref="ModelSigningException">A cache of the hub has the name, and its reference or snapshot is refused: one of <see cref="StoreErrors"/>.</exception>
    public IReadOnlyList<string> Find(string name, string? revision = null, bool isDataset = false)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] components = AncestorName.Components(name);
        if (components.Length == 0)
        {
            return [];
        }

        string joined = string.Join("--", components);
        IEnumerable<Func<IReadOnlyList<string>>> forms = [() => Places(_stores, components), () => Places(_stores, [joined]), () => Snapshots(_stores, (isDataset ? Datasets : Models) + joined, revision), () => Places(_stores, [components[^1]])];
        return forms.Select(find => find()).FirstOrDefault(places => places.Count > 0) ?? [];
    }

    /// <summary>The places at which a model of a name is looked for before a place where it was found. Rules for them must hold for it as well.</summary>
    /// <param name="name">The name, as someone wrote it.</param>
    /// <param name="place">A place in a store.</param>
    /// <returns>The full paths, in the same store; none for the first of them.</returns>
    public IReadOnlyList<string> Before(string name, string place)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] components = AncestorName.Components(name);
        if (components.Length == 0)
        {
            return [];
        }

        string joined = string.Join("--", components);
        return [.. _stores.Where(store => IsBelow(place, store)).SelectMany(Forms).Distinct(StringComparer.Ordinal)];

        // Stores may lie in each other, so each is gone through by itself.
        IEnumerable<string> Forms(string store) =>
            new[] { Path.Join([store, .. components]), Path.Join(store, joined), Path.Join(store, Models + joined), Path.Join(store, Datasets + joined) }
                .Select(Path.GetFullPath).TakeWhile(before => before != place && !IsBelow(place, before));
    }

    /// <summary>All places of a model's name with its owner, whatever their form: <c>STORE/NAME</c> can be another owner's model.</summary>
    /// <param name="name">The name, as someone wrote it. One that could lead out of a store is found nowhere.</param>
    /// <param name="revision">The revision in the hub's cache; null for its <c>main</c>. A plain folder has none.</param>
    /// <returns>The full paths.</returns>
    /// <exception cref="ModelSigningException">A cache of the hub has the name, and its reference or snapshot is refused: one of <see cref="StoreErrors"/>.</exception>
    public IReadOnlyList<string> FindOwned(string name, string? revision)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] components = AncestorName.Components(name);
        string joined = string.Join("--", components);
        return components.Length == 0 ? []
            : [.. _stores.SelectMany(store => Places([store], components).Concat(Places([store], [joined])).Concat(Snapshots([store], Models + joined, revision))).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The places of the models whose signatures name a root digest. Nothing of them is verified.</summary>
    /// <param name="rootDigest">The digest in lower-case hexadecimal.</param>
    public IReadOnlyList<string> FindDigest(string rootDigest) => _digests.Find(rootDigest);

    private static bool IsBelow(string place, string store) => place.StartsWith(Path.TrimEndingDirectorySeparator(store) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static List<string> Places(IReadOnlyList<string> stores, string[] form) =>
        [.. stores.Select(store => Path.Join([store, .. form])).Where(IsFolder).Select(Path.GetFullPath).Distinct(StringComparer.Ordinal)];

    private static List<string> Snapshots(IReadOnlyList<string> stores, string repository, string? revision)
    {
        List<string> places = [];
        foreach (string folder in Places(stores, [repository]).Where(HasSnapshots))
        {
            try
            {
                places.Add(HuggingFaceCache.Find(folder, revision, folder).ModelPath);
            }
            catch (ModelSigningException refusal) when ((refusal.Definition == StoreErrors.RevisionNotFound && !Exists(Path.Join(folder, SnapshotFolder.Snapshots, revision ?? "main")))
                || refusal.Definition == StoreErrors.RevisionInvalid)
            {
                // A revision that was not downloaded, or cannot be one, does not exist. Whatever else is refused here may be what the hub's library loads, which follows links and takes a
                // folder of the revision's name.
            }
        }

        return places;
    }

    // The hub's library leaves a folder without any after a download that failed.
    private static bool HasSnapshots(string repository) => Exists(Path.Join(repository, SnapshotFolder.Snapshots));

    // A folder that this user may not search is not one that does not exist, and a link whose end cannot be seen may lead to one.
    private static bool IsFolder(string path) => ModelLocation.StatusOf(path).Kind switch
    {
        FileKind.Directory => true,
        FileKind.Link => ModelLocation.StatusBehind(path).Kind != FileKind.File,
        _ => false,
    };

    private static bool Exists(string path) => ModelLocation.StatusOf(path).Kind != FileKind.Missing;
}
