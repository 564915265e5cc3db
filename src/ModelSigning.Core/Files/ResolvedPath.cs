namespace ModelSigning.Core.Files;

/// <summary>Paths as the file system sees them: links resolved, names as they are on the disk.</summary>
internal static class ResolvedPath
{
    private const int MostLinks = 40;

    /// <summary>How names compare where the operating system's usual file systems do not tell upper from lower case.</summary>
    public static StringComparison NameComparison { get; } =
        OperatingSystem.IsLinux() || OperatingSystem.IsFreeBSD() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

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
                throw FileErrors.LinkCycle.At($"The links in '{fullPath}' lead in a circle.", fullPath);
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

    /// <summary>
    /// The path of <paramref name="path"/> below <paramref name="directory"/>, with <c>/</c> between its components, which are spelt as
    /// on the disk where they exist; empty for the directory itself, null for a path that does not lie in it.
    /// </summary>
    public static string? RelativeName(string directory, string path)
    {
        string prefix = Path.EndsInDirectorySeparator(directory) ? directory : directory + Path.DirectorySeparatorChar;
        if (string.Equals(Path.TrimEndingDirectorySeparator(path), Path.TrimEndingDirectorySeparator(directory), NameComparison))
        {
            return "";
        }

        if (!path.StartsWith(prefix, NameComparison))
        {
            return null;
        }

        List<string> names = [];
        string current = directory;
        foreach (string component in path[prefix.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            names.Add(NameOnDisk(current, component));
            current = Path.Join(current, names[^1]);
        }

        return string.Join('/', names);
    }

    private static string NameOnDisk(string directory, string name)
    {
        if (!Path.Exists(Path.Join(directory, name)))
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

                other = entry.Equals(name, StringComparison.OrdinalIgnoreCase) ? entry : other;
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
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What cannot be asked is not resolved; whoever opens the path gets the system's own answer.
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
