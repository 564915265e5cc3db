using System.Buffers;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Stores;

/// <summary>The files of a store by their names in it: those of a folder, or those of a tar.</summary>
internal abstract class BlobStore
{
    /// <summary>Opens what lies at a path: a folder, or a file that is a tar.</summary>
    /// <param name="fullPath">The full path.</param>
    /// <param name="progress">Where the bytes of a tar are counted that were gone over; null for nowhere.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException"><see cref="StoreErrors.TarDamaged"/>, <see cref="StoreErrors.StoreNotRecognised"/>.</exception>
    public static BlobStore Open(string fullPath, HashProgress? progress, CancellationToken cancellationToken) => ModelLocation.StatusOf(fullPath).Kind switch
    {
        FileKind.Directory => new InFolder(fullPath),
        FileKind.File => InTar.Read(fullPath, progress, cancellationToken),
        FileKind.Missing => throw ModelErrors.ModelNotFound.At($"'{fullPath}' does not exist.", fullPath),
        _ => throw StoreErrors.StoreNotRecognised.At($"'{fullPath}' is a link or a device.", fullPath, cure: "Specify the path of its target."),
    };

    /// <summary>Finds a blob: <c>blobs/ALGORITHM/DIGITS</c>, as a descriptor says.</summary>
    /// <exception cref="ModelSigningException"><see cref="StoreErrors.BlobMissing"/>, <see cref="StoreErrors.BlobSizeWrong"/>.</exception>
    public Blob Blob(OciDescriptor descriptor) => Blob(descriptor, $"blobs/{descriptor.Algorithm}/{descriptor.Encoded}");

    /// <summary>Finds a blob by its name in the store.</summary>
    /// <inheritdoc cref="Blob(OciDescriptor)"/>
    public Blob Blob(OciDescriptor descriptor, string name)
    {
        (string path, long offset, long length) = Find(name)
            ?? throw StoreErrors.BlobMissing.At($"The blob {descriptor.Digest} does not exist in '{this}'.", ToString()!);
        return length == descriptor.Size ? new(path, offset, descriptor) : throw StoreErrors.BlobSizeWrong.At(Invariant($"The blob {descriptor.Digest} has {length} bytes and should have {descriptor.Size}."), path);
    }

    /// <summary>Reads a small file of the store that no descriptor is of; null when there is none.</summary>
    /// <exception cref="ModelSigningException"><see cref="StoreErrors.ManifestInvalid"/>, <see cref="StoreErrors.BlobUnreadable"/>.</exception>
    public byte[]? ReadFile(string name, int most)
    {
        if (Find(name) is not { } found)
        {
            return null;
        }

        if (found.Length > most)
        {
            throw StoreErrors.ManifestInvalid.At(Invariant($"'{name}' in '{this}' has more than {most} bytes."), ToString()!);
        }

        try
        {
            using FileStream file = RegularFile.Open(found.Path, followLinks: false);
            file.Position = found.Offset;
            byte[] bytes = new byte[found.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.BlobUnreadable.At($"'{name}' in '{this}' cannot be read: {fault.Message}", found.Path, fault);
        }
    }

    /// <summary>Whether anything has a name in the store, whatever it is.</summary>
    public abstract bool Has(string name);

    /// <summary>Where a regular file of the store lies; null when there is none, or when a link or anything else has its name.</summary>
    protected abstract (string Path, long Offset, long Length)? Find(string name);

    /// <summary>The names of the files at the store's root.</summary>
    /// <exception cref="IOException">It cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not list it.</exception>
    public abstract IEnumerable<string> RootFiles();

    private sealed class InFolder(string root) : BlobStore
    {
        public override bool Has(string name) => ModelLocation.StatusOf(Path.Join(root, name)).Kind != FileKind.Missing;

        public override IEnumerable<string> RootFiles() => Directory.EnumerateFiles(root).Select(path => Path.GetFileName(path));

        public override string ToString() => root;

        protected override (string Path, long Offset, long Length)? Find(string name)
        {
            for (int slash = name.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = name.IndexOf('/', slash + 1))
            {
                if (ModelLocation.StatusOf(Path.Join(root, name[..slash])).Kind != FileKind.Directory)
                {
                    return null;
                }
            }

            string path = Path.Join(root, name);
            return ModelLocation.StatusOf(path) is { Kind: FileKind.File } status ? (path, 0, status.Length) : null;
        }
    }

    private sealed class InTar : BlobStore
    {
        private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+=@");

        private static readonly string[] Known = ["oci-layout", "index.json", "manifest.json", "repositories", "blobs"];

        // Null for a folder.
        private readonly Dictionary<string, (string Path, long Offset, long Length)?> _entries = new(StringComparer.Ordinal);
        private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _spellings = new HashSet<string>(Known, StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
        private readonly string _path;

        private InTar(string path) => _path = path;

        public static InTar Read(string path, HashProgress? progress, CancellationToken cancellationToken)
        {
            InTar store = new(path);
            try
            {
                using FileStream file = RegularFile.Open(path, followLinks: false);
                TarReader tar = new(file, path, cancellationToken, store.AddFolder);
                progress?.Expect([file.Length]);
                while (tar.Next(count => Forward(file, count)) is { } entry)
                {
                    progress?.Add(tar.Position - (progress?.BytesDone ?? 0));
                    store.RequireOneName(entry.Name);
                    if (!store._entries.TryAdd(entry.Name, (path, tar.Position, entry.Length)))
                    {
                        throw store.Doubled(entry.Name);
                    }
                }

                return store;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw StoreErrors.BlobUnreadable.At($"'{path}' cannot be read: {fault.Message}", path, fault);
            }
        }

        public override string ToString() => _path;

        public override bool Has(string name) => _entries.ContainsKey(name);

        public override IEnumerable<string> RootFiles() => _entries.Keys.Where(name => !name.Contains('/', StringComparison.Ordinal));

        protected override (string Path, long Offset, long Length)? Find(string name) => _entries.GetValueOrDefault(name);

        // What unpacks a folder behind a file of its name removes the file.
        private void AddFolder(string name)
        {
            RequireOneName(name);
            if (!_entries.TryAdd(name, null) && _entries[name] is not null)
            {
                throw Doubled(name);
            }
        }

        // What unpacks the tar before it reads it may do so on a file system where another spelling is the same name, and have another index there. No layout needs such names.
        private void RequireOneName(string name)
        {
            bool isPlain = !name.AsSpan().ContainsAnyExcept(Plain) && !$"{name}/".Contains("./", StringComparison.Ordinal);
            for (int end = name.IndexOf('/', StringComparison.Ordinal); isPlain; end = name.IndexOf('/', end + 1))
            {
                ReadOnlySpan<char> part = end < 0 ? name : name.AsSpan(0, end);
                isPlain = !_spellings.TryGetValue(part, out string? known) ? _spellings.Add(part) : part.SequenceEqual(known);
                if (end < 0)
                {
                    break;
                }
            }

            if (!isPlain)
            {
                throw StoreErrors.StoredNameCollides.At($"'{_path}' has an entry '{name}', whose name another entry of the tar can have on some systems.", _path,
                    cure: "Do not use the layout. Ask its publisher for one that has only the files of a layout, or unpack it and verify the folder.");
            }
        }

        private ModelSigningException Doubled(string name) => StoreErrors.StoredNameTwice.At($"'{_path}' has '{name}' twice.", _path);

        private static void Forward(FileStream file, long count)
        {
            long to = file.Position <= long.MaxValue - count ? file.Position + count : long.MaxValue;
            file.Position = to <= file.Length ? to : throw StoreErrors.TarDamaged.At($"'{file.Name}' ends before its tar does.", file.Name);
        }
    }
}
