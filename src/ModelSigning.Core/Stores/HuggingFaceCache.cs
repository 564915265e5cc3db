using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Stores;

/// <summary>
/// A snapshot in the cache of the Hugging Face hub. Its files are links into the repository's <c>blobs</c>, or plain files where the system has no
/// links. What the cache says about digests (its blobs' names, <c>trees</c>) is not used.
/// </summary>
public sealed class HuggingFaceCache : ModelSource
{
    // A commit, and what a person may have put around it.
    private const int LongestReference = 256;

    private static readonly InputRules ReferenceRules = new("reference of the Hugging Face cache", LongestReference, StoreErrors.ReferenceInvalid)
    {
        NotFound = StoreErrors.RevisionNotFound,
    };

    private readonly SnapshotFolder _snapshot;

    private HuggingFaceCache(SnapshotFolder snapshot) => _snapshot = snapshot;

    /// <inheritdoc/>
    public override string Kind => ModelStores.HuggingFace;

    /// <inheritdoc/>
    public override string ModelPath => _snapshot.FullPath;

    /// <summary>The snapshot's commit.</summary>
    public override string Revision => _snapshot.Commit;

    /// <summary>The repository's name without its owner; a commit would not show what was signed.</summary>
    public override string? ModelName => Path.GetFileName(_snapshot.Repository) is var name && name[(name.LastIndexOf("--", StringComparison.Ordinal) + 2)..] is { Length: > 0 } last
        ? last : null;

    /// <summary>Finds a snapshot.</summary>
    /// <param name="path">A snapshot's folder, or a repository's.</param>
    /// <param name="revision">In a repository's folder, a branch, a tag or a commit; null for <c>main</c>.</param>
    /// <param name="currentDirectory">The full path that a relative path starts at.</param>
    /// <exception cref="ModelSigningException">
    /// <see cref="StoreErrors.StoreNotRecognised"/>, <see cref="StoreErrors.RevisionNotFound"/>, <see cref="StoreErrors.RevisionInvalid"/>, <see cref="StoreErrors.ReferenceInvalid"/>.
    /// </exception>
    public static HuggingFaceCache Find(string path, string? revision, string currentDirectory)
    {
        string full = ModelLocation.FullPath(path, currentDirectory);
        if (SnapshotFolder.Around(full) is { } snapshot && snapshot.FullPath == full)
        {
            return revision is null ? new(Existing(snapshot, snapshot.Commit)) : throw StoreErrors.RevisionInvalid.At(
                $"'{full}' is a snapshot, which is one revision already.", full, cure: "Omit -Revision, or specify the repository's folder.");
        }

        if (!SnapshotFolder.IsRepository(full))
        {
            throw StoreErrors.StoreNotRecognised.At(
                $"'{full}' is not a snapshot or a repository of the Hugging Face cache.", full,
                cure: "Specify a folder models--OWNER--NAME of the cache, or a folder in its 'snapshots'. Omit -Source for any other folder.");
        }

        string named = revision ?? "main";
        return new(Existing(new(full, SnapshotFolder.IsCommit(named) ? named : Commit(full, named)), named));
    }

    /// <inheritdoc/>
    internal override void RequireFound(IEnumerable<ModelFile> files)
    {
        // The hub's library looks here before it looks into the snapshot, and programs go on without such a file, or with another one.
        string missing = Path.Join(_snapshot.Repository, ".no_exist");
        RequireFolder(missing);
        missing = Path.Join(missing, _snapshot.Commit);
        RequireFolder(missing);
        if (Exists(missing) && files.Where(file => IsMarked(missing, file.Name)).Select(file => Path.Join(missing, file.Name)).FirstOrDefault() is { } marker)
        {
            throw StoreErrors.ReferenceInvalid.At($"The cache records with '{marker}' that a file of its snapshot does not exist.", marker);
        }
    }

    /// <inheritdoc/>
    internal override ModelFilesOptions Adapt(ModelFilesOptions options) =>
        options.DenySymlinks || options.StoreLinks is not null ? options : options with { StoreLinks = new SnapshotLinks(_snapshot) };

    /// <inheritdoc/>
    internal override string SignatureFile(string signaturePath, bool denySymlinks, FileSystemRules rules)
    {
        _ = base.SignatureFile(signaturePath, denySymlinks, rules);
        string? name = ResolvedPath.RelativeName(ResolvedPath.Of(ModelPath), ResolvedPath.OfParent(signaturePath), rules);
        if (name is not { Length: > 0 } || ModelLocation.StatusOf(signaturePath).Kind != FileKind.Link)
        {
            return signaturePath;
        }

        SnapshotLinks links = new(_snapshot);
        links.Follow(name);
        return links.Content.PathOf(name);
    }

    // A folder that this user may not search is not one without a marker.
    private static bool Exists(string path) => ModelLocation.StatusOf(path).Kind != FileKind.Missing;

    // A link in its folder can lead elsewhere for another process.
    private static bool IsMarked(string folder, string name)
    {
        FileKind kind = FileKind.Directory;
        foreach (string component in name.Split('/'))
        {
            folder = Path.Join(folder, component);
            kind = ModelLocation.StatusOf(folder).Kind;
            if (kind != FileKind.Directory)
            {
                break;
            }
        }

        return kind is not (FileKind.Missing or FileKind.Directory);
    }

    private static void RequireFolder(string path)
    {
        if (ModelLocation.StatusOf(path).Kind is not (FileKind.Directory or FileKind.Missing))
        {
            throw StoreErrors.ReferenceInvalid.At($"'{path}' is a link or a file, in whose place the cache has a folder.", path);
        }
    }

    private static SnapshotFolder Existing(SnapshotFolder snapshot, string revision)
    {
        RequireFolder(Path.Join(snapshot.Repository, "refs"));
        // The hub's library takes a reference before a commit of the same name; and once a file was found, programs ask for the others by its commit.
        if (ModelLocation.StatusOf(Path.Join(snapshot.Repository, "refs", snapshot.Commit)).Kind != FileKind.Missing)
        {
            throw StoreErrors.ReferenceInvalid.At($"'{snapshot.Repository}' has a reference with the name of the commit '{snapshot.Commit}'.", snapshot.Repository);
        }

        return ModelLocation.StatusOf(snapshot.FullPath).Kind switch
        {
            FileKind.Directory => snapshot,
            FileKind.Missing => throw StoreErrors.RevisionNotFound.At(
                $"The revision '{revision}' of '{snapshot.Repository}' was not downloaded: '{snapshot.FullPath}' does not exist.", snapshot.FullPath),
            _ => throw StoreErrors.StoreNotRecognised.At($"'{snapshot.FullPath}' is a link or a file, but the cache's snapshots are folders.", snapshot.FullPath,
                cure: "Delete it, and download the revision again."),
        };
    }

    // refs/main and its like: one line with a commit. The library takes what is in it as it stands, line ends included. A name with slashes is a path below refs, of plain folders.
    private static string Commit(string repository, string revision)
    {
        if (!ResourceName.IsCanonical(revision) || (OperatingSystem.IsWindows() && !WindowsName.IsUsable(revision)))
        {
            throw StoreErrors.RevisionInvalid.At($"'{revision}' is not a branch, a tag or a commit.", repository);
        }

        string path = Path.Join(repository, "refs");
        string[] components = revision.Split('/');
        for (int index = 0; index < components.Length; path = Path.Join(path, components[index++]))
        {
            if (ModelLocation.StatusOf(path).Kind is var kind && kind != FileKind.Directory)
            {
                throw kind == FileKind.Link
                    ? StoreErrors.ReferenceInvalid.At($"'{path}' is a link, but the cache's references are files.", path)
                    : StoreErrors.RevisionNotFound.At($"The revision '{revision}' was not found in '{repository}'.", path);
            }
        }

        if (ModelLocation.StatusOf(path).Kind == FileKind.Link)
        {
            throw StoreErrors.ReferenceInvalid.At($"'{path}' is a link, but the cache's references are files.", path);
        }

        string commit = System.Text.Encoding.Latin1.GetString(BoundedFile.Read(path, ReferenceRules));
        return SnapshotFolder.IsCommit(commit) ? commit : throw StoreErrors.ReferenceInvalid.At(Invariant($"'{path}' must contain a commit (40 lowercase hexadecimal digits) and nothing else."), path);
    }
}
