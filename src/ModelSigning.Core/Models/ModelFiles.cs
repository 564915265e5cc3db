using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;

namespace ModelSigning.Core.Models;

/// <summary>What becomes of an entry of a model that no signature can cover and no list leaves out.</summary>
internal enum UncoveredEntries
{
    /// <summary>All are refused: the model is signed or listed.</summary>
    Refuse,

    /// <summary>Links to folders are reported beside the files, as entries that were not signed; all others are refused.</summary>
    Report,

    /// <summary>All are left out and named: a verifier accepts only what is signed.</summary>
    LeaveOut,
}

/// <summary>What belongs to a model and what does not (OMS v1.0, 6.1 and 6.2).</summary>
public sealed record ModelFilesOptions
{
    /// <summary>The full path that relative paths start at. The engine never asks the process for it.</summary>
    public required string CurrentDirectory { get; init; }

    /// <summary>
    /// Paths to leave out, each with everything below it: absolute, relative to the model, or, where the model has no such path,
    /// relative to <see cref="CurrentDirectory"/>. Wildcards are not supported.
    /// </summary>
    public IReadOnlyList<string> IgnorePaths { get; init; } = [];

    /// <summary>Whether <c>.git</c>, <c>.gitignore</c>, <c>.gitattributes</c> and <c>.github</c> at the model's root are left out.</summary>
    public bool IgnoreGitPaths { get; init; } = true;

    /// <summary>Whether symbolic links to files are followed. Links to folders never are; unless they are ignored, they are refused.</summary>
    public bool AllowSymlinks { get; init; }

    /// <summary>The full path of the signature file, which is left out when it lies in the model; null when there is none.</summary>
    public string? SignaturePath { get; init; }

    /// <summary>
    /// The paths that a signed statement leaves out, matched as they are; they may be anything. Without <see cref="IgnoreGitPaths"/>, those of git and below leave nothing out, however they are spelt.
    /// </summary>
    internal IReadOnlyList<string> RecordedIgnorePaths { get; init; } = [];

    /// <summary>Whether unfinished files of a killed signing beside the signature are left out, as they are when signing.</summary>
    internal bool SkipPartialFiles { get; init; }

    /// <summary>Whether links are refused whatever the store's rule for them.</summary>
    public bool DenySymlinks { get; init; }

    /// <summary>The rule of a store whose files are links, which then are files like any other; null for a plain folder.</summary>
    internal IStoreLinks? StoreLinks { get; init; }

    /// <summary>How the file system reads names.</summary>
    internal FileSystemRules Rules { get; init; } = FileSystemRules.Current;

    /// <summary>How files that can be read only once are hashed while they are found; null when they are only listed.</summary>
    public Serialization? Reading { get; init; }

    /// <summary>Whose threads list many folders at once; null for one folder after another.</summary>
    internal HashSettings? Hashing { get; init; }

    /// <summary>Where the bytes that are read while files are found are counted; null for nowhere.</summary>
    internal HashProgress? Progress { get; init; }

    /// <summary>What reads files that can be read only once, each from its first byte while it passes; it need not read to the end. Null for nothing.</summary>
    internal Action<ModelFile, Stream>? ReadOnce { get; init; }

    /// <summary>What becomes of an entry that no signature can cover.</summary>
    internal UncoveredEntries Uncovered { get; init; }
}

/// <summary>A regular file of a model.</summary>
/// <param name="Name">Its path relative to the model, with <c>/</c> between components.</param>
/// <param name="Length">Its length in bytes when it was found; of a link, the target's.</param>
public readonly record struct ModelFile(string Name, long Length);

/// <summary>
/// The files that a signature of a model covers (OMS v1.0, 6.1 and 6.2): every regular file of the directory, hidden ones too, except
/// what is ignored and the signature itself.
/// </summary>
public sealed class ModelFiles
{
    private static readonly TimeSpan WriterPatience = TimeSpan.FromSeconds(5);

    private ModelFiles(
        ModelLocation location, string modelName, IReadOnlyList<ModelFile> files, IReadOnlyList<string> ignorePaths, IReadOnlyList<string> leftOut,
        IReadOnlyList<string> warnings)
    {
        Location = location;
        ModelName = modelName;
        Files = files;
        IgnorePaths = ignorePaths;
        LeftOut = leftOut;
        Warnings = warnings;
    }

    /// <summary>The model's full path.</summary>
    public string ModelPath => Location.ModelPath;

    /// <summary>The full path of the directory that the files are named from; for a single file the one it lies in.</summary>
    public string Directory => Location.Directory;

    /// <summary>Whether the model is a single file.</summary>
    public bool IsSingleFile => Location.FileName is not null;

    /// <summary>The model's name in a statement: its path's last component, unless its source has a better one.</summary>
    public string ModelName { get; }

    /// <summary>The files, by name in <see cref="ResourceNameComparer"/>'s order.</summary>
    public IReadOnlyList<ModelFile> Files { get; }

    /// <summary>The paths that were left out, as a statement records them.</summary>
    public IReadOnlyList<string> IgnorePaths { get; }

    /// <summary>What is there and was left out, but for the signature: files, and folders with all that is in them, sorted by name.</summary>
    public IReadOnlyList<string> LeftOut { get; }

    /// <summary>What was left out because its name is not Unicode text, spelt for people.</summary>
    internal IReadOnlyList<string> Unnamed { get; private init; } = [];

    /// <summary>The files of a store that were left out, each with the path of the list that it is or lies below.</summary>
    internal IReadOnlyList<(ModelFile File, string Entry)> LeftOutFiles { get; private init; } = [];

    /// <summary>Links to folders, which lie beside the files and cannot be signed.</summary>
    internal IReadOnlyList<string> FolderLinks { get; private init; } = [];

    /// <summary>Those of <see cref="LeftOut"/> for which nobody but a signed statement is the reason.</summary>
    internal IReadOnlyList<string> LeftOutBySigner { get; private init; } = [];

    /// <summary>Sentences that a person should see: links that lead outside, ignored paths that match nothing.</summary>
    public IReadOnlyList<string> Warnings { get; }

    internal ModelLocation Location { get; }

    /// <summary>Whether the files lie in a store, where a name of the model is not the path of its bytes.</summary>
    internal bool IsOfStore { get; private init; }

    /// <summary>Opens the files.</summary>
    public required HashSource Content { get; init; }

    /// <summary>Finds a model's files. Nothing is opened.</summary>
    /// <param name="modelPath">A directory or a file; a relative path starts at <see cref="ModelFilesOptions.CurrentDirectory"/>.</param>
    /// <param name="options">What belongs to the model.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    /// <returns>The files, possibly none.</returns>
    /// <exception cref="ModelSigningException">One of <see cref="ModelErrors"/>.</exception>
    public static ModelFiles Find(string modelPath, ModelFilesOptions options, CancellationToken cancellationToken) =>
        Find(modelPath, options, modelName: null, cancellationToken);

    /// <inheritdoc cref="Find(string, ModelFilesOptions, CancellationToken)"/>
    /// <param name="modelPath">A directory or a file; a relative path starts at <see cref="ModelFilesOptions.CurrentDirectory"/>.</param>
    /// <param name="options">What belongs to the model.</param>
    /// <param name="modelName">The model's name; null for its path's last component.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    internal static ModelFiles Find(string modelPath, ModelFilesOptions options, string? modelName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(modelPath);
        ArgumentNullException.ThrowIfNull(options);
        ModelLocation location = ModelLocation.Find(modelPath, options.CurrentDirectory, options.AllowSymlinks, options.Rules);
        WarningList warnings = new();
        if (location.LinkWarning is { } linked)
        {
            warnings.Add(linked);
        }

        IgnoreList ignored = new(location, options, warnings);
        DirectoryWalk walk = new(location, ignored, options, warnings);
        IReadOnlyList<ModelFile> files = location.FileName is { } single ? walk.SingleFile(single) : WithoutUnfinished(walk.Run(cancellationToken), location, cancellationToken);
        return new(location, modelName ?? location.Name, files, ignored.Recorded, walk.LeftOut, warnings.Sentences)
        {
            Content = options.StoreLinks?.Content ?? HashSource.Folder(location.Directory, options.AllowSymlinks),
            Unnamed = walk.Unnamed,
            FolderLinks = walk.FolderLinks,
            IsOfStore = options.StoreLinks is not null,
            LeftOutBySigner = [.. walk.LeftOut.Where(ignored.IsBySignerAlone)],
        };
    }

    /// <summary>A folder that is not listed, because the names of the files to look up are known.</summary>
    internal static ModelFiles Unlisted(ModelLocation location, ModelFilesOptions options) => new(location, location.Name, [], [], [], location.LinkWarning is { } linked ? [linked] : [])
    {
        Content = options.StoreLinks?.Content ?? HashSource.Folder(location.Directory, options.AllowSymlinks),
    };

    /// <summary>The files of a model in a store.</summary>
    /// <param name="modelPath">The full path of the store.</param>
    /// <param name="modelName">The model's name.</param>
    /// <param name="all">All files, sorted by name.</param>
    /// <param name="content">Opens them.</param>
    /// <param name="addedFilesReplace">Whether what is added takes the place of something else, so that nothing is left out but by the caller's list.</param>
    /// <param name="options">What belongs to the model.</param>
    /// <exception cref="ModelSigningException"><see cref="ModelErrors.IgnorePathOutside"/>, <see cref="ModelErrors.IgnorePathInvalid"/>.</exception>
    internal static ModelFiles OfStore(string modelPath, string modelName, IReadOnlyList<ModelFile> all, HashSource content, bool addedFilesReplace, ModelFilesOptions options)
    {
        IgnoreList ignored = IgnoreList.OfStore(options);
        List<ModelFile> files = [];
        List<(ModelFile File, string Entry)> leftOutFiles = [];
        foreach (ModelFile file in all)
        {
            bool isPacked = content.StoredAs(file.Name) is null;
            if ((isPacked && (!addedFilesReplace || IgnoreList.GitTexts.Contains(file.Name)) ? ignored.Covering(file.Name) : ignored.CoveringBlob(file.Name)) is { } entry)
            {
                leftOutFiles.Add((file, entry));
            }
            else
            {
                files.Add(file);
            }
        }

        string[] leftOut = [.. leftOutFiles.Select(file => file.Entry).Distinct(StringComparer.Ordinal)];
        return new(new(modelPath, modelPath, null, options.Rules), modelName, files, ignored.Recorded, leftOut, [])
        {
            Content = content,
            IsOfStore = true,
            LeftOutFiles = leftOutFiles,
            LeftOutBySigner = [.. leftOut.Where(ignored.IsBySignerAlone)],
        };
    }

    // A signing that runs beside this has a file of its own for a moment. One that stays is a file like any other.
    private static ModelFile[] WithoutUnfinished(ModelFile[] files, ModelLocation location, CancellationToken cancellationToken)
    {
        string[] unfinished = [.. files.Where(file => AtomicFile.IsPartial(Path.GetFileName(file.Name.AsSpan()))).Select(file => Path.Join(location.Directory, file.Name))];
        IReadOnlySet<string> gone = AtomicFile.AwaitWriters(unfinished, WriterPatience, cancellationToken);
        return gone.Count == 0 ? files : [.. files.Where(file => !gone.Contains(Path.Join(location.Directory, file.Name)))];
    }
}
