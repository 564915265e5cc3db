using ModelSigning.Core.Errors;
using ModelSigning.Core.Http;

namespace ModelSigning.Sigstore.Tuf;

/// <summary>A client of any TUF repository, whose metadata are kept in a folder of the caller's choice.</summary>
/// <param name="folder">The folder; its files have plain names such as <c>root.json</c>.</param>
internal sealed class TufMirror(string folder)
{
    /// <summary>The largest root that is read: 512 KiB.</summary>
    public const int MaximumRootLength = TufLimits.Root;

    private readonly MetadataFolder _store = new(folder);

    /// <summary>Trusts a root from now on; nothing is fetched.</summary>
    /// <param name="root">The root's bytes, got through a channel that is trusted.</param>
    /// <exception cref="ModelSigningException">It is not a root that signs itself, it is older than the folder's, or the folder cannot be written to.</exception>
    public void Initialize(ReadOnlyMemory<byte> root)
    {
        RootMetadata parsed = RootMetadata.Parse(root, "root.json");
        RequireNotOlder(parsed, _store.Load("root.json", TufLimits.Root));
        _store.SaveRoot(parsed);
        RequireKept();
    }

    /// <summary>Updates the metadata, and fetches targets.</summary>
    /// <param name="metadata">The repository's address.</param>
    /// <param name="targets">The address that targets are fetched from; null for <c>targets/</c> below the repository's.</param>
    /// <param name="names">The targets, in the order in which they are fetched.</param>
    /// <param name="targetFolder">Where targets are written, each under its name with the separators escaped.</param>
    /// <param name="root">The root to start from instead of the folder's; where the folder has another, nothing is kept unless the whole update succeeds.</param>
    /// <param name="now">The time that expiry is judged at.</param>
    /// <param name="cancellationToken">Ends the exchange at once.</param>
    /// <returns>The targets' files, in the order of their names.</returns>
    /// <exception cref="ModelSigningException">One of <see cref="TufErrors"/>; what was trusted before is kept.</exception>
    public IReadOnlyList<string> Fetch(
        Uri metadata, Uri? targets, IReadOnlyList<string> names, string targetFolder, byte[]? root, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(names);
        HttpTufRepository.RequireUsable(metadata);
        Uri targetAddress = targets ?? HttpAddress.Join(metadata, "targets/");
        HttpTufRepository.RequireUsable(targetAddress);
        using IDisposable? updating = FolderLock.Take(folder, cancellationToken);
        return HttpTufRepository.Within(metadata, TufLimits.Update, token => FetchAll(metadata, targetAddress, names, targetFolder, root, now, token), cancellationToken);
    }

    private string[] FetchAll(
        Uri metadata, Uri targets, IReadOnlyList<string> names, string targetFolder, byte[]? root, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using ServiceClient connections = new(HttpTufRepository.Policy);
        byte[]? stored = _store.Load("root.json", TufLimits.Root);
        RootMetadata first = RootMetadata.Parse(root ?? stored ?? throw TufErrors.TufRootMissing.At($"The folder '{folder}' has no root.json to start from.", folder), "root.json");
        // Only another root than the folder's could take trust away that is good.
        StagedMetadata? staged = stored is null || first.Metadata.Bytes.Span.SequenceEqual(stored) ? null : new StagedMetadata(_store);
        IMetadataStore store = staged ?? (IMetadataStore)_store;
        store.SaveRoot(first);
        TufClient client = new(new HttpTufRepository(metadata, connections), store, first, now);
        client.Update(cancellationToken);
        RequireNotOlder(client.Root, stored);
        TargetSearch search = new(client, new HttpTufRepository(targets, connections));
        MetadataFolder written = new(targetFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        foreach (string name in names)
        {
            string file = TufClient.Escape(name);
            written.Save(file, search.Get(name, written.Load(file, TufLimits.Target), cancellationToken).Bytes);
        }

        staged?.Commit();
        RequireKept();
        return written.IsReadOnly ? throw NotWritable(targetFolder) : [.. names.Select(name => Path.Join(targetFolder, TufClient.Escape(name)))];
    }

    private void RequireNotOlder(RootMetadata root, byte[]? stored)
    {
        if (stored is not null)
        {
            RootMetadata recorded = RootMetadata.TryParse(stored, "root.json") ?? throw TufErrors.TufCacheDamaged.At(
                $"'{Path.Join(folder, "root.json")}' is damaged, so an older root cannot be told from a newer one.", folder,
                cure: "Delete this file and run the command again with a root that you got now, through a channel that you trust.");
            TufClient.RequireNotOlder(root.Metadata.Version, recorded.Metadata.Version, folder, folder);
        }
    }

    private void RequireKept()
    {
        if (_store.IsReadOnly)
        {
            throw NotWritable(folder);
        }
    }

    private static ModelSigningException NotWritable(string path) =>
        Core.Files.FileErrors.FolderNotWritable.At($"The folder '{path}' cannot be written to.", path);
}
