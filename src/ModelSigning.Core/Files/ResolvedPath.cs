namespace ModelSigning.Core.Files;

/// <summary>Paths as the file system sees them: links resolved, names as they are on the disk.</summary>
internal static class ResolvedPath
{
    // As many links as Linux follows; and more folders than a path of 4,096 bytes has.
    private const int MostLinks = 40, MostFolders = 4096;

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
    /// <param name="fullPath">The path.</param>
    /// <param name="known">The links that were resolved before, to which those of this path are added: many links through the same long ones cost no more than their own texts. Null where one path is resolved alone.</param>
    /// <exception cref="Errors.ModelSigningException"><see cref="FileErrors.LinkCycle"/>, <see cref="FileErrors.LinkTargetInvalid"/>.</exception>
    public static string Of(string fullPath, IDictionary<string, ResolvedLink>? known = null) => Resolve(fullPath, known, new(fullPath, isOfModel: false)).Path;

    /// <summary>
    /// Resolves every link in the full path of a model, or of a link in it. A link that leads through one of <c>/proc</c>, wherever that is mounted, is refused, because that is another file for each process: what is verified is not what
    /// another program loads. The path itself may be one of <c>/proc</c>.
    /// </summary>
    /// <inheritdoc cref="Of" path="/exception"/>
    public static string OfModel(string fullPath) => Resolve(fullPath, null, new(fullPath, isOfModel: true)).Path;

    /// <summary>Follows a link of a model as <see cref="OfModel"/> does, and sees whether its way leaves the model: whoever may write at a place beside it decides where the link leads, although it leads back into the model today.</summary>
    /// <param name="fullPath">The link.</param>
    /// <param name="known"><inheritdoc cref="Of" path="/param[@name='known']"/></param>
    /// <param name="directory">The model's directory, its links resolved.</param>
    /// <param name="rules">How the file system reads names.</param>
    /// <inheritdoc cref="Of" path="/exception"/>
    public static ResolvedLink OfLink(string fullPath, IDictionary<string, ResolvedLink> known, string directory, FileSystemRules rules) =>
        Resolve(fullPath, known, new(fullPath, isOfModel: true) { Aside = place => Below(directory, place, rules) is null && Below(place, directory, rules) is null });

    private static ResolvedLink Resolve(string fullPath, IDictionary<string, ResolvedLink>? known, Resolution resolution)
    {
        string root = Path.GetPathRoot(fullPath)!;
        return Resolve(root, fullPath[root.Length..], known ?? new Dictionary<string, ResolvedLink>(StringComparer.Ordinal), resolution, isTarget: false);
    }

    // The path from a folder that is resolved already, and how many links were followed.
    private static ResolvedLink Resolve(string current, string rest, IDictionary<string, ResolvedLink> known, Resolution resolution, bool isTarget)
    {
        int before = resolution.Links;
        string? aside = null;
        foreach (string component in rest.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries))
        {
            if (component is "." or "..")
            {
                // The system goes back from folders alone: elsewhere the text stays, which leads nowhere.
                current = component == "." || Path.GetDirectoryName(current) is not { } above ? current : CanLeave(current) ? above : Path.Join(current, component);
                continue;
            }

            resolution.CountFolder();
            string next = Path.Join(current, component);
            aside ??= isTarget && resolution.Aside(next) ? next : null;
            if (known.TryGetValue(next, out ResolvedLink link))
            {
                resolution.Pass(next, isTarget);
                resolution.Count(link.Links);
                aside ??= link.Aside;
                current = link.Path;
            }
            else if (LinkTarget(next) is { } target)
            {
                int own = resolution.Links;
                resolution.Pass(next, isTarget);
                resolution.Count(1);
                string root = Path.IsPathFullyQualified(target) ? Path.GetPathRoot(target)! : "";
                string start = root.Length > 0 ? root : Path.IsPathRooted(target) ? Path.GetPathRoot(current)! : current;
                try
                {
                    link = Resolve(start, target[root.Length..], known, resolution, isTarget: true);
                }
                catch (Errors.ModelSigningException) when (resolution.Links - own > MostLinks)
                {
                    known[next] = new("", resolution.Links - own, null);
                    throw;
                }

                known[next] = link with { Links = link.Links + 1 };
                aside ??= link.Aside;
                current = link.Path;
            }
            else
            {
                current = next;
            }
        }

        return new(current, resolution.Links - before, aside);
    }

    /// <summary>
    /// Refuses a path that goes back (<c>..</c>) from a link: it is one place by its text, which .NET and PowerShell go by, and another one for the system and so for other programs. Windows goes by the text as well.
    /// </summary>
    /// <param name="path">The path as it is written.</param>
    /// <param name="placeOf">The full path, by its text, of what stands before a <c>..</c>; of an empty text, that of the current folder.</param>
    /// <exception cref="Errors.ModelSigningException"><see cref="FileErrors.PathLeadsElsewhere"/>.</exception>
    public static void RefuseDetour(string path, Func<string, string> placeOf)
    {
        const string back = "..";
        for (int at = OperatingSystem.IsWindows() ? -1 : path.IndexOf(back, StringComparison.Ordinal); at >= 0; at = path.IndexOf(back, at + 1, StringComparison.Ordinal))
        {
            bool isStep = (at == 0 || IsSeparator(path[at - 1])) && (at + back.Length == path.Length || IsSeparator(path[at + back.Length]));
            if (isStep && placeOf(path[..at]) is var place && Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(place)) is { } above && !LeadsTo(place, above))
            {
                throw FileErrors.PathLeadsElsewhere.At($"'{path}' goes back from '{place}', which is a symbolic link, is not a folder, or cannot be opened: by its text to '{above}', and for other programs elsewhere or nowhere.", path);
            }
        }

        // A drive of PowerShell ends with a colon, and its paths may have either separator.
        static bool IsSeparator(char character) => character is '/' or '\\' or ':';
    }

    // What this process cannot look at, another one may.
    private static bool LeadsTo(string folder, string above)
    {
        try
        {
            _ = OfModel(folder);
            return FileStatus.AreSame(Path.Join(folder, ".."), above);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or Errors.ModelSigningException)
        {
            return false;
        }
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

    private static bool CanLeave(string folder)
    {
        try
        {
            return FileStatus.Of(Path.Join(folder, "..")).Kind == FileKind.Directory;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            string? target = SymbolicLink.TargetOf(path);
            return OperatingSystem.IsWindows() && target is not null ? WindowsPath.WithoutPrefix(target) : target;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What cannot be queried is not resolved; opening the path gives the system's own error.
            return null;
        }
    }

    private sealed class Resolution(string fullPath, bool isOfModel)
    {
        private int _folders;

        public int Links { get; private set; }

        /// <summary>Whether a place lies beside a model: neither in it nor above it.</summary>
        public Func<string, bool> Aside { get; init; } = _ => false;

        public void CountFolder()
        {
            if (++_folders > MostFolders)
            {
                throw FileErrors.LinkCycle.At($"The links in '{fullPath}' lead through too many folders.", fullPath);
            }
        }

        public void Pass(string link, bool isTarget)
        {
            if (isOfModel && isTarget && RegularFile.IsOfProcesses(Path.GetDirectoryName(link)!))
            {
                throw FileErrors.LinkTargetInvalid.At($"A symbolic link in '{fullPath}' leads through '{link}', which is another file or folder for each process.", fullPath,
                    cure: "Make the link again, to a path outside /proc.");
            }
        }

        public void Count(int links)
        {
            if ((Links += links) > MostLinks)
            {
                throw FileErrors.LinkCycle.At($"The links in '{fullPath}' form a loop.", fullPath);
            }
        }
    }
}

/// <summary>What a link leads to in the end.</summary>
/// <param name="Path">The full path, its own links resolved; empty for a loop.</param>
/// <param name="Links">How many links were followed; of a loop, more than may be.</param>
/// <param name="Aside">The first place beside the model on the way, whether it ends there or leads back; null without one, and where no model was asked about.</param>
internal readonly record struct ResolvedLink(string Path, int Links, string? Aside);
