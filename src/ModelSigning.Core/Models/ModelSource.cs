using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;

namespace ModelSigning.Core.Models;

/// <summary>
/// Where a model lies: a folder or a file as it is, or the store of a hub or a registry. It gives the names and lengths of the model's files and
/// opens them; who signs, verifies or compares does not know what is behind it.
/// </summary>
public abstract class ModelSource
{
    /// <summary>The <see cref="Kind"/> of a plain folder or file.</summary>
    public const string PlainKind = "Folder";

    /// <summary>What results call it: <c>Folder</c>, or the name of the store's kind.</summary>
    public abstract string Kind { get; }

    /// <summary>The model's full path.</summary>
    public abstract string ModelPath { get; }

    /// <summary>The name that a statement gives the model; null for the last component of its path.</summary>
    public virtual string? ModelName => null;

    /// <summary>What of a store is read, by its own name, which nobody can move to another content: the commit of a snapshot, or the digest of a manifest. Null for a plain folder or file.</summary>
    public virtual string? Revision => null;

    /// <summary>Whether a signature has a place in or beside the model, so that its path need not be given.</summary>
    public virtual bool HasSignaturePlace => true;

    /// <summary>Whether the files are blobs of a store, which no folder lists.</summary>
    internal virtual bool IsStore => false;

    /// <summary>
    /// Whether what is added takes the place of what is there, as the first or the last layer of a type does, or a layer that is unpacked over the others. Nothing unsigned is excused then unless the caller names it.
    /// </summary>
    internal virtual bool AddedFilesReplace => false;

    /// <summary>A folder or a single file.</summary>
    /// <param name="path">A path, absolute or relative to <paramref name="currentDirectory"/>.</param>
    /// <param name="currentDirectory">A full path.</param>
    /// <exception cref="ModelSigningException"><see cref="ModelErrors.ModelNotFound"/>, <see cref="ModelErrors.FileNameInvalid"/>.</exception>
    public static ModelSource Plain(string path, string currentDirectory) => new PlainSource(ModelLocation.FullPath(path, currentDirectory));

    /// <summary>Finds the model's files.</summary>
    /// <param name="options">What belongs to the model.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException">One of <see cref="ModelErrors"/>, or the store is not what it should be.</exception>
    public virtual ModelFiles Find(ModelFilesOptions options, CancellationToken cancellationToken)
    {
        ModelFiles files = ModelFiles.Find(ModelPath, Adapt(options), ModelName, cancellationToken);
        RequireFound(files.Files);
        return files;
    }

    /// <summary>Refuses files that programs would not find where they lie. Whoever looks files up by their names alone, without <see cref="Find"/>, asks this too.</summary>
    /// <param name="files">Files that are there.</param>
    /// <exception cref="ModelSigningException">The store says something else of one.</exception>
    internal virtual void RequireFound(IEnumerable<ModelFile> files)
    {
    }

    /// <summary>The full path of what is read for a signature that lies in the model.</summary>
    /// <param name="signaturePath">The signature's full path.</param>
    /// <param name="denySymlinks">Whether links are refused. A signature elsewhere is the verifier's own, and may be one.</param>
    /// <param name="rules">Which names are one to the file system.</param>
    /// <exception cref="ModelSigningException">The signature is a link, and not one of the store's own.</exception>
    internal virtual string SignatureFile(string signaturePath, bool denySymlinks, FileSystemRules rules)
    {
        if (!denySymlinks || ModelLocation.StatusOf(signaturePath).Kind != FileKind.Link)
        {
            return signaturePath;
        }

        // In the model, or beside it where it is a single file.
        bool isFolder = Directory.Exists(ModelPath);
        string? name = ResolvedPath.RelativeName(ResolvedPath.Of(isFolder ? ModelPath : Path.GetDirectoryName(ModelPath)!), ResolvedPath.OfParent(signaturePath), rules);
        return name is { Length: > 0 } && (isFolder || !name.Contains('/', StringComparison.Ordinal))
            ? throw ModelErrors.SymlinkRefused.At($"The signature '{signaturePath}' is a symbolic link, and links are not allowed.", signaturePath)
            : signaturePath;
    }

    /// <summary>The options with what only the source knows.</summary>
    internal virtual ModelFilesOptions Adapt(ModelFilesOptions options) => options;

    private sealed class PlainSource(string path) : ModelSource
    {
        public override string Kind => PlainKind;

        public override string ModelPath => path;
    }
}

/// <summary>The rule of a store whose files are links to where it keeps their bytes.</summary>
internal interface IStoreLinks
{
    /// <summary>Opens the model's files, its links by the rule.</summary>
    HashSource Content { get; }

    /// <summary>What a link stands for: a regular file of the store.</summary>
    /// <param name="name">The link's name in the model.</param>
    /// <exception cref="ModelSigningException">The link leads anywhere else.</exception>
    FileStatus Follow(string name);
}
