using System.Collections.Concurrent;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;

namespace ModelSigning.Core.Models;

/// <summary>Where a model lies: a directory, or a single file in one.</summary>
/// <param name="ModelPath">The full path, as the caller means it.</param>
/// <param name="Directory">The full path of the directory that resources are named from: the model's, or the single file's.</param>
/// <param name="FileName">The single file's name; null for a directory.</param>
/// <param name="Rules">How the file system there reads names.</param>
internal sealed record ModelLocation(string ModelPath, string Directory, string? FileName, FileSystemRules Rules)
{
    /// <summary>The name that a statement gives the model: the path's last component. It is never empty.</summary>
    public string Name => Path.GetFileName(ModelPath) is { Length: > 0 } name ? name : "model";

    /// <summary><see cref="Directory"/> with its links resolved, to compare other paths with.</summary>
    public string ResolvedDirectory { get; } = ResolvedPath.OfModel(Directory);

    /// <summary>The links of the model that were followed, so that none is resolved twice.</summary>
    public ConcurrentDictionary<string, ResolvedLink> ResolvedLinks { get; } = new(StringComparer.Ordinal);

    /// <summary>What a person should know of a folder that is a link: whoever may write where it leads decides what all of the model is. Null where it is none.</summary>
    public string? LinkWarning => FileName is null && !string.Equals(ModelPath, Directory, StringComparison.Ordinal) ? $"The model '{ModelPath}' is a symbolic link. All its files lie in '{Directory}'." : null;

    /// <summary>Finds a model.</summary>
    /// <param name="path">The path, absolute or relative to <paramref name="currentDirectory"/>.</param>
    /// <param name="currentDirectory">A full path.</param>
    /// <param name="allowSymlinks">Whether the path itself may be a link.</param>
    /// <param name="rules">How the file system reads names.</param>
    /// <exception cref="ModelSigningException">It does not exist, or is not a model.</exception>
    public static ModelLocation Find(string path, string currentDirectory, bool allowSymlinks, FileSystemRules rules)
    {
        string full = FullPath(path, currentDirectory);
        FileKind kind = StatusOf(full).Kind;
        string actual = full;
        if (kind == FileKind.Link)
        {
            if (!allowSymlinks)
            {
                throw ModelErrors.SymlinkRefused.At($"The model '{full}' is a symbolic link. Specify its target, or sign with -AllowSymlink.", full);
            }

            actual = ResolvedPath.OfModel(full);
            kind = StatusOf(actual).Kind;
            if (kind == FileKind.Missing)
            {
                throw ModelErrors.SymlinkDangling.At($"The model '{full}' is a symbolic link to '{actual}', which does not exist.", full);
            }

            RequireLeadsTo(full, actual);
        }

        return kind switch
        {
            FileKind.Directory => new(full, actual, null, rules),
            FileKind.File => new(full, Path.GetDirectoryName(full)!, ResolvedPath.SpeltName(full, rules), rules),
            FileKind.Missing => throw ModelErrors.ModelNotFound.At($"'{full}' does not exist.", full),
            _ => throw ModelErrors.SpecialFile.At($"The model '{full}' is neither a regular file nor a folder.", full),
        };
    }

    /// <summary>
    /// The name, relative to the model, of a full path, links in its directories resolved; empty for the model's directory itself,
    /// null outside it.
    /// </summary>
    public string? RelativeName(string fullPath) =>
        ResolvedPath.RelativeName(ResolvedDirectory, ResolvedPath.OfParent(Path.TrimEndingDirectorySeparator(fullPath)), Rules);

    /// <summary>
    /// Refuses a path with a name that another one looks like: .NET reads a name that is not UTF-8 as one with U+FFFD. Where the parent folder has both, the path opens the second, and the first may be meant.
    /// </summary>
    /// <exception cref="ModelSigningException"><see cref="ModelErrors.FileNameInvalid"/>.</exception>
    public static void RefuseDouble(string full)
    {
        int end = full.IndexOf(RawName.Replacement, StringComparison.Ordinal);
        if (OperatingSystem.IsWindows() || end < 0)
        {
            return;
        }

        for (string path = full; path.Length > end && Path.GetDirectoryName(path) is { } parent; path = parent)
        {
            string name = Path.GetFileName(path);
            if (name.Contains(RawName.Replacement, StringComparison.Ordinal) && Ask(path, () => UnixFolder.HasDouble(parent, name)))
            {
                throw ModelErrors.FileNameInvalid.At(
                    $"'{path}' is one of two names that look the same, because one of them is not valid Unicode text (UTF-8).", path);
            }
        }
    }

    /// <summary>Refuses the path of a file that is verified by itself where it is another file for another program: by its name (<see cref="RefuseDouble"/>) or by a link through <c>/proc</c>.</summary>
    /// <exception cref="ModelSigningException"><see cref="ModelErrors.FileNameInvalid"/>, <see cref="FileErrors.LinkTargetInvalid"/>, <see cref="FileErrors.LinkCycle"/>.</exception>
    public static void RequireOneFile(string full)
    {
        RefuseDouble(full);
        _ = ResolvedPath.OfModel(full);
    }

    /// <summary>A model's full path, without a separator at its end.</summary>
    public static string FullPath(string path, string currentDirectory)
    {
        if (!RawName.IsUnicode(path))
        {
            string spelt = RawName.Spell(path);
            throw ModelErrors.FileNameInvalid.At($"The path '{spelt}' is not valid Unicode, so a signature cannot record its name.", spelt);
        }

        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw ModelErrors.ModelNotFound.At("The model's path is empty or contains a null character.", path);
        }

        string full = Path.TrimEndingDirectorySeparator(ResolvedPath.Ordinary(Path.GetFullPath(path, currentDirectory)) ?? throw ModelErrors.FileNameInvalid.At(
            $"'{path}' is not an ordinary file or folder on Windows: it is a device, an alternate stream, a reserved name, or ends in a dot or a space.", path));
        ResolvedPath.RefuseDetour(path, before => Path.GetFullPath(before.Length == 0 ? "." : before, currentDirectory));
        RefuseDouble(full);
        return full;
    }

    /// <summary>The status of a path of the model, links not followed.</summary>
    /// <exception cref="ModelSigningException">The operating system does not say.</exception>
    public static FileStatus StatusOf(string path) => Ask(path, () => FileStatus.Of(path));

    /// <summary>The status of what a path of the model leads to, links followed.</summary>
    /// <exception cref="ModelSigningException">The operating system does not say, or a link is another file for each process.</exception>
    public static FileStatus StatusBehind(string path)
    {
        _ = ResolvedPath.OfModel(path);
        return Ask(path, () => FileStatus.Behind(path));
    }

    /// <summary>Refuses a link that the system takes elsewhere than to the place that its text says.</summary>
    /// <exception cref="ModelSigningException"><see cref="FileErrors.LinkTargetInvalid"/>, or the operating system does not say.</exception>
    public static void RequireLeadsTo(string link, string place)
    {
        if (!Ask(link, () => FileStatus.LeadsTo(link, place)))
        {
            throw FileErrors.LinkTargetInvalid.At($"The symbolic link '{link}' does not lead to '{place}', as its text says.", link);
        }
    }

    private static T Ask<T>(string path, Func<T> question)
    {
        try
        {
            return question();
        }
        catch (DirectoryNotFoundException)
        {
            // The path leads to nothing, as its status says.
            return default!;
        }
        catch (UnauthorizedAccessException error)
        {
            throw ModelErrors.DirectoryUnreadable.At($"'{path}' cannot be reached: {error.Message}", path, error);
        }
        catch (IOException error)
        {
            throw ModelErrors.DirectoryReadFailed.At($"'{path}' cannot be reached: {error.Message}", path, error);
        }
    }
}
