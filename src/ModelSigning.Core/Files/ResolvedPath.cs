namespace ModelSigning.Core.Files;

/// <summary>Paths as the file system sees them: links resolved, names as they are on the disk.</summary>
internal static class ResolvedPath
{
    private const int MostLinks = 40;

    /// <summary>
    /// A full path in its one ordinary spelling, short names in it written out; null when Windows takes it for something else than a file
    /// or folder of that name. Elsewhere the path itself.
    /// </summary>
    public static string? Ordinary(string fullPath) =>
        !OperatingSystem.IsWindows() ? fullPath : WindowsPath.Ordinary(fullPath) is { } ordinary ? Path.GetFullPath(ordinary) : null;

    /// <summary>The last component of a full path, spelt as on the disk where names that differ can open the same file.</summary>
    public static string SpeltName(string fullPath, FileSystemRules rules) =>
        rules.FoldsCase ? NameOnDisk(Path.GetDirectoryName(fullPath)!, Path.GetFileName(fullPath), rules) : Path.GetFileName(fullPath);

    /// <summary>Resolves every link in a full path. Components that do not exist stay as they are written.</summary>
    /// <exception cref="Errors.ModelSigningException"><see cref="FileErrors.LinkCycle"/>.</exception>
    public static string Of(string fullPath)
    {
        string current = Path.GetPathRoot(fullPath)!;
        Stack<string> rest = new();
        Push(rest, fullPath[current.Length..]);
        for (int links = 0; rest.TryPop(out string? component);)
        {
            if (component == "..")
            {
                current = Path.GetDirectoryName(current) ?? current;
                continue;
            }

            string next = Path.Join(current, component);
            if (LinkTarget(next) is not { } target)
            {
                current = next;
                continue;
            }

            if (++links > MostLinks)
            {
                throw FileErrors.LinkCycle.At($"The links in '{fullPath}' form a loop.", fullPath);
            }

            string root = Path.IsPathFullyQualified(target) ? Path.GetPathRoot(target)! : "";
            current = root.Length > 0 ? root : Path.IsPathRooted(target) ? Path.GetPathRoot(current)! : current;
            Push(rest, target[root.Length..]);
        }

        return current;
    }

    /// <summary>Resolves every link in the directories of a full path, and leaves its last component alone.</summary>
    /// <inheritdoc cref="Of"/>
    public static string OfParent(string fullPath) =>
        Path.GetDirectoryName(fullPath) is { } parent ? Path.Join(Of(parent), Path.GetFileName(fullPath)) : fullPath;

    /// <summary>Whether a path lies below a directory, both resolved. Nothing is listed.</summary>
    public static bool IsInside(string directory, string path, FileSystemRules rules) => Below(directory, path, rules) is { Length: > 0 };

    /// <summary>
    /// The path of <paramref name="path"/> below <paramref name="directory"/>, with <c>/</c> between its components, which are spelt as
    /// on the disk where they exist; empty for the directory itself, null for a path that does not lie in it.
    /// </summary>
    public static string? RelativeName(string directory, string path, FileSystemRules rules)
    {
        if (Below(directory, path, rules) is not { } components)
        {
            return null;
        }

        List<string> names = [];
        string current = directory;
        foreach (string component in components)
        {
            names.Add(NameOnDisk(current, component, rules));
            current = Path.Join(current, names[^1]);
        }

        return string.Join('/', names);
    }

    // The components of a path after those of a directory; null if it does not lie there. One by one, because two forms of a name differ in length.
    private static string[]? Below(string directory, string path, FileSystemRules rules)
    {
        string[] above = Components(directory), all = Components(path);
        return rules.IsSame(Path.GetPathRoot(directory)!, Path.GetPathRoot(path)!) && all.Length >= above.Length && above.Zip(all).All(pair => rules.IsSame(pair.First, pair.Second))
            ? all[above.Length..]
            : null;
    }

    private static string[] Components(string path) =>
        path[Path.GetPathRoot(path)!.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);

    private static string NameOnDisk(string directory, string name, FileSystemRules rules)
    {
        if (!rules.FoldsCase && !Path.Exists(Path.Join(directory, name)))
        {
            return name;
        }

        string? other = null;
        try
        {
            foreach (string entry in Directory.EnumerateFileSystemEntries(directory).Select(Path.GetFileName)!)
            {
                if (entry == name)
                {
                    return name;
                }

                // A volume of Windows may be mounted anywhere.
                other = rules.IsSame(entry, name) || entry.Equals(name, StringComparison.OrdinalIgnoreCase) ? entry : other;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A directory that cannot be listed is reported when it is walked.
            return name;
        }

        return other ?? name;
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            string? target = new FileInfo(path).LinkTarget;
            return OperatingSystem.IsWindows() && target is not null ? WindowsPath.WithoutPrefix(target) : target;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What cannot be queried is not resolved; opening the path gives the system's own error.
            return null;
        }
    }

    private static void Push(Stack<string> stack, string path)
    {
        string[] components = path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        for (int index = components.Length - 1; index >= 0; index--)
        {
            if (components[index] != ".")
            {
                stack.Push(components[index]);
            }
        }
    }
}
