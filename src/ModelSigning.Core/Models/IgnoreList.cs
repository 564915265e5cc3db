using System.Buffers;
using ModelSigning.Core.Files;

namespace ModelSigning.Core.Models;

/// <summary>
/// The paths that are left out of a model (OMS v1.0, 6.2): each exactly that path and, if it is a directory, everything below it.
/// Names are compared exactly.
/// </summary>
internal sealed class IgnoreList
{
    /// <summary>What git keeps beside a model; ignored at the model's root only.</summary>
    public static readonly IReadOnlyList<string> GitPaths = [".git", ".gitattributes", ".github", ".gitignore"];

    /// <summary>Those of <see cref="GitPaths"/> that are files and that no program takes for a part of a model.</summary>
    public static readonly IReadOnlyList<string> GitTexts = [".gitattributes", ".gitignore"];

    // How the names of signatures end, whatever their case: names that nothing else has, and those that files of a model can have as well.
    private static readonly string[] SignatureEndings = [".sig", ".sigstore", ".bundle", ".sigstore.json", "signature.json", "signing.json"], FileEndings = [".json", ".jsonl"];

    private static readonly SearchValues<char> Wildcards = SearchValues.Create("*?[");

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _bySigner = new(StringComparer.Ordinal);
    private readonly HashSet<string> _byCaller = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _recorded = new(ResourceNameComparer.Instance);
    private readonly string? _signature;

    /// <summary>Makes the list of a model, and resolves the caller's paths.</summary>
    /// <param name="location">The model.</param>
    /// <param name="options">The caller's wishes.</param>
    /// <param name="warnings">Where a path that matches nothing is noted.</param>
    /// <exception cref="Errors.ModelSigningException">
    /// <see cref="ModelErrors.IgnorePathOutside"/>, <see cref="ModelErrors.IgnorePathInvalid"/>.
    /// </exception>
    public IgnoreList(ModelLocation location, ModelFilesOptions options, WarningList warnings)
    {
        foreach (string path in options.IgnorePaths)
        {
            Add(Resolve(path, location, options.CurrentDirectory, warnings));
        }

        SignatureName = options.SignaturePath is { } signature ? location.RelativeName(signature) : null;
        if (location.FileName is not null)
        {
            // A single file has nothing beside it that could be left out.
            _recorded.Clear();
            return;
        }

        if (SignatureName is { Length: > 0 })
        {
            _signature = AddSignature(SignatureName);
        }

        foreach (string path in options.IgnoreGitPaths ? GitPaths : [])
        {
            Add(path);
        }

        foreach (string path in options.RecordedIgnorePaths)
        {
            AddRecorded(path, options.IgnoreGitPaths);
        }
    }

    private IgnoreList(ModelFilesOptions options)
    {
        foreach (string path in options.IgnorePaths)
        {
            string name = path.Replace('\\', '/').TrimEnd('/');
            name = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
            Add(ResourceName.IsCanonical(name) ? name : throw ModelErrors.IgnorePathOutside.At(
                $"The ignored path '{path}' is not relative to the model in the store.", path));
            _byCaller.Add(name);
        }

        foreach (string path in options.IgnoreGitPaths ? GitPaths : [])
        {
            Add(path);
        }

        // A signature that was packed with its model is left out as it is in a folder.
        if (options.Uncovered == UncoveredEntries.Refuse)
        {
            _signature = AddSignature("model.sig");
        }

        foreach (string path in options.RecordedIgnorePaths)
        {
            AddRecorded(path, options.IgnoreGitPaths);
        }
    }

    /// <summary>Makes the list of a model in a store, where ignored paths are names of the model.</summary>
    /// <inheritdoc cref="IgnoreList(ModelLocation, ModelFilesOptions, WarningList)"/>
    public static IgnoreList OfStore(ModelFilesOptions options) => new(options);

    /// <summary>
    /// The entry of the list that a blob of a store is or lies below by its name; null when the list does not leave it out. Only what the caller ignores does: programs take blobs by their types and
    /// order as well, whatever they are called, so that one called <c>.gitattributes</c> or <c>model.sig</c> is a part of the model as well.
    /// </summary>
    public string? CoveringBlob(string name) => Covering(name, _byCaller);

    /// <summary>The entry of the list that a file is or lies below; null when the list does not leave it out. A signature is a file, below which nothing is left out.</summary>
    public string? Covering(string name) => Covering(name, _names);

    private string? Covering(string name, HashSet<string> entries)
    {
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> names = entries.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int end = name.Length; end > 0; end = name.LastIndexOf('/', end - 1))
        {
            if (names.TryGetValue(name.AsSpan(0, end), out string? covering) && (end == name.Length || !(IsSignature(covering) || IsRecordedSignature(covering))))
            {
                return covering;
            }
        }

        return null;
    }

    /// <summary>The signature file relative to the model; null when it lies elsewhere.</summary>
    public string? SignatureName { get; }

    /// <summary>What a statement records: every path of the caller, the signature and git's, sorted, none twice.</summary>
    public IReadOnlyList<string> Recorded => [.. _recorded];

    /// <summary>Whether a path is in the list itself; a walk that does not descend into such a path needs no more.</summary>
    public bool Contains(string name) => _names.Contains(name);

    /// <summary>Whether a path is in the list for no other reason than that a signed statement leaves it out.</summary>
    public bool IsBySignerAlone(string name) => _bySigner.Contains(name);

    /// <summary>
    /// Whether a path is left out by the signed statement alone, under a name that signatures have: it can be the one of the signature that the statement was written for, and a statement
    /// does not say which that is. It excuses a file and nothing else: anyone may rename the signature, and put a folder or a link in its place.
    /// </summary>
    public bool IsRecordedSignature(string name) => _bySigner.Contains(name) && IsSignatureName(name);

    /// <summary>Whether signatures have such names.</summary>
    public static bool IsSignatureName(string name) => HasEnding(name, SignatureEndings) || HasEnding(name, FileEndings);

    /// <summary>Whether a file of a model can have such a name as well: a signer may have left out a link to it.</summary>
    public static bool IsModelFileName(string name) => !HasEnding(name, SignatureEndings);

    /// <summary>
    /// Whether a path is left out as the signature itself and for no other reason. It excuses no folder: the manifest of a model that is not signed leaves the name out as well,
    /// and what anybody put into a folder of it would be in neither.
    /// </summary>
    public bool IsSignature(string name) => name == _signature;

    private static bool HasEnding(string name, string[] endings) => endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    // Null where the caller leaves it out in any case, whatever it is.
    private string? AddSignature(string name)
    {
        bool isNew = !_names.Contains(name);
        Add(name);
        return isNew ? name : null;
    }

    private void Add(string name)
    {
        if (name.AsSpan().ContainsAny(Wildcards))
        {
            throw ModelErrors.IgnorePathInvalid.At($"'{name}' has one of the characters * ? [, which a signature cannot record.", name);
        }

        _names.Add(name);
        _recorded.Add(name);
    }

    // Bundles of older tools carry paths of the signer's machine, absolute or of another directory; they match nothing. Windows'
    // own separators come from the Python tool.
    private void AddRecorded(string path, bool withGitPaths)
    {
        string name = path.Contains('/', StringComparison.Ordinal) ? path : path.Replace('\\', '/');
        name = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
        name = name.EndsWith('/') ? name[..^1] : name;
        foreach (string canonical in new[] { name, path }.Where(canonical => ResourceName.IsCanonical(canonical) && (withGitPaths || !IsOfGit(canonical))))
        {
            if (_names.Add(canonical))
            {
                _bySigner.Add(canonical);
            }
        }
    }

    // One of git's paths or below it. Some file systems find them under a name in another case.
    private static bool IsOfGit(string name) => GitPaths.Any(
        path => name.StartsWith(path, StringComparison.OrdinalIgnoreCase) && (name.Length == path.Length || name[path.Length] is '/' or '\\'));

    private static string Resolve(string path, ModelLocation location, string currentDirectory, WarningList warnings)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw ModelErrors.IgnorePathInvalid.At("A path in -IgnorePath is empty or contains a null character.", path);
        }

        string full = FullPath(path, location.Directory);
        if (!Exists(full) && FullPath(path, currentDirectory) is { } fromCurrent && Exists(fromCurrent)
            && location.RelativeName(fromCurrent) is not null)
        {
            full = fromCurrent;
        }

        if (location.RelativeName(full) is not { Length: > 0 } name)
        {
            throw ModelErrors.IgnorePathOutside.At($"The ignored path '{path}' is not inside the model '{location.ModelPath}'.", path);
        }

        if (!Exists(full))
        {
            warnings.Add($"The ignored path '{path}' matches nothing in the model '{location.ModelPath}'.");
        }

        return name;
    }

    // In the spelling that the model's own path has: with the prefix \\?\ it would seem to lie elsewhere.
    private static string FullPath(string path, string directory) =>
        ResolvedPath.Ordinary(Path.GetFullPath(path, directory)) ?? throw ModelErrors.IgnorePathInvalid.At(
            $"The ignored path '{path}' is not an ordinary file or folder on Windows: it is a device, an alternate stream, a reserved name, or ends in a dot or a space.", path);

    private static bool Exists(string path)
    {
        try
        {
            return FileStatus.Of(Path.TrimEndingDirectorySeparator(path)).Kind != FileKind.Missing;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Something is there that this user may not look at; the walk reports it unless the list leaves it out.
            return true;
        }
    }
}
