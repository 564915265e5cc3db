using ModelSigning.Core.Errors;

namespace ModelSigning.Sigstore.Tuf;

/// <summary>A client of any TUF repository, whose metadata are kept in a folder of the caller's choice.</summary>
/// <param name="folder">The folder; its files have plain names such as <c>root.json</c>.</param>
public sealed class TufMirror(string folder)
{
    /// <summary>The largest root that is read: 512 KiB.</summary>
    public const int MaximumRootLength = TufLimits.Root;

    private readonly MetadataStore _store = new(folder);

    /// <summary>Trusts a root from now on.</summary>
    /// <param name="root">The root's bytes, got in a way that is trusted.</param>
    /// <exception cref="ModelSigningException">It is no root that signs itself, or the folder cannot be written to.</exception>
    public void Initialize(ReadOnlyMemory<byte> root)
    {
        RootMetadata parsed = RootMetadata.Parse(root, "root.json");
        _store.Save("root.json", parsed.Metadata.Bytes.Span);
        RequireKept();
    }

    /// <summary>Updates the metadata, and fetches targets.</summary>
    /// <param name="metadata">The repository's address.</param>
    /// <param name="targets">The address that targets are fetched from; null for <c>targets/</c> below the repository's.</param>
    /// <param name="names">The targets, in the order in which they are fetched.</param>
    /// <param name="targetFolder">Where targets are written, each under its name with the separators escaped.</param>
    /// <param name="now">The time that expiry is judged at.</param>
    /// <param name="cancellationToken">Ends the exchange at once.</param>
    /// <returns>The targets' files, in the order of their names.</returns>
    /// <exception cref="ModelSigningException">One of <see cref="TufErrors"/>; what was trusted before is kept.</exception>
    public IReadOnlyList<string> Fetch(
        Uri metadata, Uri? targets, IReadOnlyList<string> names, string targetFolder, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(names);
        using IDisposable? updating = _store.Lock(cancellationToken);
        TufClient client = new(new HttpTufRepository(metadata), _store, null, startAnew: false, now);
        client.Update(cancellationToken);
        TargetSearch search = new(client, new HttpTufRepository(targets ?? new Uri(metadata.AbsoluteUri.TrimEnd('/') + "/targets/")));
        MetadataStore written = new(targetFolder);
        List<string> files = [];
        foreach (string name in names)
        {
            string file = TufClient.Escape(name);
            (byte[] bytes, bool fetched) = search.Get(name, written.Load(file, TufLimits.Target), cancellationToken);
            if (fetched)
            {
                written.Save(file, bytes);
            }

            files.Add(Path.Join(targetFolder, file));
        }

        RequireKept();
        return written.IsReadOnly ? throw NotWritable(targetFolder) : files;
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
