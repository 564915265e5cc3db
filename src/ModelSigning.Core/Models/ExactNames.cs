using ModelSigning.Core.Files;

namespace ModelSigning.Core.Models;

/// <summary>
/// Tells whether a folder has an entry of exactly a name. Where upper and lower case, two forms of an accent, or a short name
/// (<c>MODEL~1</c>) open the same file, the file system finds many names that no listing shows.
/// </summary>
internal sealed class ExactNames(string root, FileSystemRules rules)
{
    // The folders above the last name that was asked for; below any folder, names in order lie together.
    private readonly Stack<(string Directory, HashSet<string>? Names)> _folders = new();

    /// <summary>Whether a name is on the disk as it is spelt. The folders of the name are.</summary>
    /// <param name="name">A canonical name; names that are asked for in order cost one listing for each folder.</param>
    /// <exception cref="Errors.ModelSigningException">The folder cannot be listed.</exception>
    public bool Contains(string name)
    {
        int length = name.LastIndexOf('/') + 1;
        string directory = name[..length];
        while (_folders.TryPeek(out var folder) && !directory.StartsWith(folder.Directory, StringComparison.Ordinal))
        {
            _folders.Pop();
        }

        if (!_folders.TryPeek(out var last) || last.Directory != directory)
        {
            last = (directory, List(Path.Join(root, directory)));
            _folders.Push(last);
        }

        return last.Names?.Contains(name[length..]) ?? true;
    }

    // Null where the folder may be searched and not listed, and the system takes no name for another anyway.
    private HashSet<string>? List(string directory)
    {
        try
        {
            return new(Directory.EnumerateFileSystemEntries(directory).Select(path => Path.GetFileName(path)), StringComparer.Ordinal);
        }
        catch (UnauthorizedAccessException error)
        {
            return !rules.FoldsCase ? null : throw ModelErrors.DirectoryUnreadable.At($"The folder '{directory}' cannot be listed: {error.Message}", directory, error);
        }
        catch (IOException error)
        {
            throw ModelErrors.DirectoryReadFailed.At($"The folder '{directory}' cannot be listed: {error.Message}", directory, error);
        }
    }
}
