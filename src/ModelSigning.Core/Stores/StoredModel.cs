using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Reading;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Stores;

/// <summary>A file of a model that is a blob of its own.</summary>
internal sealed record StoredFile(string Name, Blob Blob);

/// <summary>A model whose files are blobs of a store, or lie packed in them.</summary>
/// <param name="kind">The kind of the store.</param>
/// <param name="path">The full path of the store.</param>
/// <param name="name">The model's name.</param>
/// <param name="revision">The digest of its manifest, as <c>sha256:hex</c>.</param>
/// <param name="files">The files that are blobs.</param>
/// <param name="layers">The blobs that are tars of files.</param>
/// <param name="addedFilesReplace">Whether a layer that is added takes the place of another one.</param>
/// <param name="written">The name of a file that the store's own tool writes beside those of the model; null for none.</param>
internal sealed class StoredModel(string kind, string path, string name, string revision, IReadOnlyList<StoredFile> files, IReadOnlyList<PackedLayer> layers, bool addedFilesReplace, string? written = null) : ModelSource
{
    private const int MostReadings = 8, MostNames = 64, SmallLength = 1024 * 1024;
    private const long MostRepeated = 1024L * 1024 * 1024;

    public override string Kind => kind;

    public override string ModelPath => path;

    public override string? ModelName => name;

    public override string Revision => revision;

    public override bool HasSignaturePlace => kind != ModelStores.Ollama;

    internal override bool IsStore => true;

    internal override bool AddedFilesReplace => addedFilesReplace;

    public override ModelFiles Find(ModelFilesOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        Dictionary<string, Blob> blobs = new(StringComparer.Ordinal);
        FoundFiles found = new(path);
        // Each name is hashed by itself.
        if (files.Where(file => file.Blob.Descriptor.Size > SmallLength).GroupBy(file => file.Blob.Descriptor.Digest).FirstOrDefault(names => names.Count() > MostNames) is { Key: var repeated })
        {
            throw StoreErrors.LayerBomb.At(Invariant($"'{path}' has the blob {repeated} under more than {MostNames} names, and it would be hashed for each."), path, cure: "Do not use the model. Ask its publisher for one that has each large file once.");
        }

        if (files.Where(file => file.Blob.Descriptor.Size <= SmallLength).GroupBy(file => file.Blob.Descriptor.Digest).Sum(names => names.Skip(1).Sum(file => file.Blob.Descriptor.Size)) > MostRepeated)
        {
            throw StoreErrors.LayerBomb.At(Invariant($"'{path}' has small blobs under so many names that more than {MostRepeated} bytes would be hashed again."), path, cure: "Do not use the model. Ask its publisher for one that has each file once.");
        }

        foreach (StoredFile file in files)
        {
            found.Add(new(file.Name, file.Blob.Descriptor.Size));
            blobs[file.Name] = file.Blob;
        }

        options.Progress?.Expect([.. found.Files.Select(file => file.Length), .. layers.Select(layer => layer.Blob.Descriptor.Size)]);
        // By digest and how it is read: whether a layer has files. One without any, as images have, may be there often; the files of another would be there twice.
        // What one type forbids, another allows, and it must unpack to what the configuration says of it each time.
        Dictionary<(string Digest, LayerPacking Packing, string Below, bool MayBeFile, bool IsImage, string? DiffId), bool> read = [];
        Dictionary<string, int> readings = new(StringComparer.Ordinal);
        foreach (PackedLayer layer in layers)
        {
            string digest = layer.Blob.Descriptor.Digest;
            (string, LayerPacking, string, bool, bool, string?) key = (digest, layer.Packing, layer.Below, layer.MayBeFile, layer.IsImage, layer.DiffId);
            if (!read.TryGetValue(key, out bool hasFiles))
            {
                // A manifest of a few MiB could have one unpacked for each of many thousand names.
                if (readings.GetValueOrDefault(digest) == MostReadings)
                {
                    throw StoreErrors.LayerBomb.At(Invariant($"'{path}' has the layer {digest} under more than {MostReadings} names, and it would be unpacked for each."), path, cure: "Do not use the model. Ask its publisher for one that has each layer once.");
                }

                readings[digest] = readings.GetValueOrDefault(digest) + 1;
                int before = found.Files.Count;
                layer.Read(options, found, cancellationToken);
                read[key] = found.Files.Count > before;
            }
            else if (hasFiles)
            {
                throw StoreErrors.StoredNameTwice.At($"'{path}' has the layer {digest} twice, and so each of its files.", path);
            }
        }

        ModelFile[] sorted = [.. found.Files];
        Array.Sort(sorted, static (a, b) => ResourceNameComparer.Instance.Compare(a.Name, b.Name));
        RefuseCollisions([.. sorted.Select(file => file.Name)], found.Folders, options.Rules, cancellationToken);
        RefuseFoldersWithRoles(found, cancellationToken);
        if (written is not null && Array.Exists(sorted, file => file.Name.Equals(written, StringComparison.OrdinalIgnoreCase)))
        {
            throw StoreErrors.StoredNameTwice.At($"'{path}' has a file called '{written}', in whose place the tool that unpacks the model writes its own.", path);
        }

        return ModelFiles.OfStore(path, name, sorted, new Content(path, blobs, found.Digests), addedFilesReplace, options);
    }

    // No signature covers a folder without files.
    private void RefuseFoldersWithRoles(FoundFiles found, CancellationToken cancellationToken)
    {
        string[] named = addedFilesReplace ? [.. found.Folders.Where(RoleNames.Fits)] : [];
        if (named.Length == 0)
        {
            return;
        }

        HashSet<string> parents = new(StringComparer.Ordinal);
        foreach (string file in found.Files.Select(file => file.Name))
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int slash = file.LastIndexOf('/'); slash > 0 && parents.Add(file[..slash]); slash = file.LastIndexOf('/', slash - 1))
            {
            }
        }

        if (named.FirstOrDefault(folder => !parents.Contains(folder)) is { } empty)
        {
            throw StoreErrors.TarEntryRefused.At($"'{path}' has the folder '{empty}' without a file of the model in it, which some programs take for a part of the model by its name.", path,
                cure: "Do not use the model. Ask its publisher for one without that folder.");
        }
    }

    // On a system that takes them for the same, one file would stand for both; and what unpacks a folder behind a file of its name removes the file.
    private void RefuseCollisions(string[] names, IReadOnlyCollection<string> folders, FileSystemRules rules, CancellationToken cancellationToken)
    {
        if ((ResourceName.FindAlias(names) ?? FindFileAsFolder(names, folders, cancellationToken)) is { } doubled)
        {
            throw names.Count(name => name == doubled) > 1 || folders.Contains(doubled) || names.Concat(folders).Any(name => name.StartsWith(doubled + "/", StringComparison.Ordinal))
                ? StoreErrors.StoredNameTwice.At($"'{path}' has '{doubled}' and another file or folder of that name.", path)
                : StoreErrors.StoredNameCollides.At($"'{path}' has '{doubled}' and another file or folder whose name differs from it in letter case or accents only.", path);
        }

        if (rules.IsWindows && names.FirstOrDefault(file => !WindowsName.IsUsable(file)) is { } trap)
        {
            throw ModelErrors.FileNameInvalid.At($"'{trap}' means another file to most programs on Windows.", trap);
        }
    }

    // Only the files' names are kept: those of all folders together can have sixty times their characters. What a name has in common with the one before it in the order was looked up with that one.
    private static string? FindFileAsFolder(string[] names, IEnumerable<string> folders, CancellationToken cancellationToken)
    {
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> files = new HashSet<string>(names.Select(name => name.Normalize()), StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
        string before = "";
        foreach (string entry in names.Concat(folders.Order(StringComparer.Ordinal).Select(folder => folder + "/")).Select(name => name.Normalize()))
        {
            cancellationToken.ThrowIfCancellationRequested();
            int common = entry.AsSpan().CommonPrefixLength(before);
            before = entry;
            for (int slash = entry.IndexOf('/', common); slash >= 0; slash = entry.IndexOf('/', slash + 1))
            {
                if (files.TryGetValue(entry.AsSpan(0, slash), out string? file))
                {
                    return file;
                }
            }
        }

        return null;
    }

    private sealed class Content(
        string store, Dictionary<string, Blob> blobs, Dictionary<(string Name, long Offset), ReadOnlyMemory<byte>> digests) : HashSource
    {
        internal override bool HasDigests => digests.Count > 0;

        public override string PathOf(string name) => blobs.TryGetValue(name, out Blob? blob) ? blob.Path : store;

        internal override bool IsOnNetwork => LocalFolders.IsOnNetwork(store);

        public override string? StoredAs(string name) => blobs.TryGetValue(name, out Blob? blob) ? blob.Descriptor.Digest : null;

        // A plain null would become empty memory here, which is a digest.
        internal override ReadOnlyMemory<byte>? DigestOf(HashItem item) =>
            digests.TryGetValue((item.Name, item.Offset), out ReadOnlyMemory<byte> digest) ? digest : default(ReadOnlyMemory<byte>?);

        internal override bool IsChecked => true;

        // The digest of the blob is computed on a thread of its own.
        internal override void ReadChecked(string name, Func<Stream, bool> read, HashProgress progress, CancellationToken cancellationToken)
        {
            if (!blobs.TryGetValue(name, out Blob? blob))
            {
                return;
            }

            BlobStream stream = blob.OpenStream(progress);
            using ReadAheadStream ahead = stream.ReadAhead(cancellationToken);
            try
            {
                if (read(ahead))
                {
                    ahead.CopyTo(Stream.Null);
                    stream.Check(cancellationToken);
                }
            }
            catch (EndOfStreamException)
            {
                throw blob.Mismatch();
            }
        }

        // A file of a layer was hashed when it was read; it has no place to be read from again.
        // A packed file was read to its end when it was found.
        internal override bool IsEmpty(string name) => !blobs.ContainsKey(name) || base.IsEmpty(name);

        internal override FileReader Open(string name, long length) => blobs.TryGetValue(name, out Blob? blob) ? blob.Open()
            : throw new NotSupportedException("It is packed in a layer.");

        // A digest of SHA-256 over a whole file is the blob's own; else the blob is read once more.
        internal override void Check(HashJob job, CancellationToken cancellationToken)
        {
            HashSet<string> seen = new(StringComparer.Ordinal);
            List<Blob> again = [];
            for (int index = 0; index < job.Items.Count; index++)
            {
                HashItem item = job.Items[index];
                Blob blob = blobs[item.Name];
                if (job.Algorithm == DigestAlgorithm.Sha256 && item.Length == blob.Descriptor.Size && blob.Descriptor.Algorithm == "sha256")
                {
                    if (Hexadecimal.Write(job.Digest(index)) != blob.Descriptor.Encoded)
                    {
                        throw blob.Mismatch();
                    }
                }
                else if (seen.Add(item.Name))
                {
                    again.Add(blob);
                }
            }

            job.Progress.Expect(again.Select(blob => blob.Descriptor.Size));
            foreach (Blob blob in again)
            {
                blob.Check(job.Progress, cancellationToken);
            }
        }
    }
}
