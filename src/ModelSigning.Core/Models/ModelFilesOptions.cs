using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;

namespace ModelSigning.Core.Models;

/// <summary>What becomes of an entry of a model that no signature can cover and no list leaves out.</summary>
internal enum UncoveredEntries
{
    /// <summary>All are refused: the model is signed or listed.</summary>
    Refuse,

    /// <summary>Links to folders are reported beside the files, as entries that nobody signed; all others are refused.</summary>
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
    /// relative to <see cref="CurrentDirectory"/>. Wildcards are not known.
    /// </summary>
    public IReadOnlyList<string> IgnorePaths { get; init; } = [];

    /// <summary>Whether <c>.git</c>, <c>.gitignore</c>, <c>.gitattributes</c> and <c>.github</c> at the model's root are left out.</summary>
    public bool IgnoreGitPaths { get; init; } = true;

    /// <summary>Whether symbolic links to files are followed. Links to folders never are; unless they are ignored, they are refused.</summary>
    public bool AllowSymlinks { get; init; }

    /// <summary>The full path of the signature file, which is left out when it lies in the model; null when there is none.</summary>
    public string? SignaturePath { get; init; }

    /// <summary>The paths that a signed statement leaves out, matched as they are; they may be anything.</summary>
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

    /// <summary>Where the bytes that are read while files are found are counted; null for nowhere.</summary>
    internal HashProgress? Progress { get; init; }

    /// <summary>What reads files that can be read only once, each from its first byte while it passes; it need not read to the end. Null for nothing.</summary>
    internal Action<ModelFile, Stream>? ReadOnce { get; init; }

    /// <summary>What becomes of an entry that no signature can cover.</summary>
    internal UncoveredEntries Uncovered { get; init; }
}
