namespace ModelSigning.Core.Tests.Verifying;

/// <summary>
/// What the verification of a <see cref="RawTree"/> must say, worked out on the tree alone by the specification's words and without any code of the engine.
/// </summary>
/// <param name="signed">The signed files with their contents.</param>
/// <param name="ignored">The paths that are left out.</param>
/// <param name="allowLinks">Whether links were allowed when the model was signed.</param>
/// <param name="ignoreUnsigned">Whether only signed files count.</param>
internal sealed class RawTreeOracle(IReadOnlyDictionary<string, string> signed, IReadOnlySet<string> ignored, bool allowLinks, bool ignoreUnsigned)
{
    private readonly SortedSet<string> _extra = new(StringComparer.Ordinal), _unchecked = new(StringComparer.Ordinal);
    private int _unnamed;
    private bool _refused;

    /// <summary>The verdict in one line.</summary>
    public static string Line(IEnumerable<string> extra, IEnumerable<string> missing, IEnumerable<string> changed, IEnumerable<string> left, int unnamed) =>
        $"extra [{Join(extra)}] missing [{Join(missing)}] changed [{Join(changed)}] unchecked [{Join(left)}] and {unnamed} without a name";

    /// <summary>The files that a signature of the tree lists; null where it cannot be signed.</summary>
    public static Dictionary<string, string>? Sign(RawTree tree, IReadOnlySet<string> ignored, bool allowLinks)
    {
        Dictionary<string, string> files = new(StringComparer.Ordinal);
        return Sign(tree, "", ignored, allowLinks, files) ? files : null;
    }

    /// <summary>The verdict on a tree: <c>refused</c>, or as <see cref="Line"/>.</summary>
    public string Judge(RawTree tree)
    {
        Walk(tree, "");
        List<string> missing = [], changed = [];
        foreach ((string name, string content) in signed)
        {
            string? found = Find(tree, name);
            if (found is null)
            {
                missing.Add(name);
            }
            else if (found != content)
            {
                changed.Add(name);
            }
        }

        return _refused ? "refused" : Line(_extra, missing, changed, _unchecked, _unnamed);
    }

    private static string Join(IEnumerable<string> names) => string.Join('|', names.Order(StringComparer.Ordinal));

    private static bool Sign(RawTree tree, string folder, IReadOnlySet<string> ignored, bool allowLinks, Dictionary<string, string> files)
    {
        foreach ((byte[] raw, RawTree.Entry entry) in tree.Entries)
        {
            if (RawTree.Text(raw) is not { } name)
            {
                return false;
            }

            string path = folder + name;
            if (ignored.Contains(path))
            {
                continue;
            }

            string? content = entry.Kind == RawKind.File ? entry.Content : entry.Kind == RawKind.LinkToA && allowLinks ? TargetOf(tree) : null;
            if (entry.Kind == RawKind.Folder ? !Sign(entry.Tree, path + "/", ignored, allowLinks, files) : content is null)
            {
                return false;
            }

            if (content is not null)
            {
                files.Add(path, content);
            }
        }

        return true;
    }

    // The content of the file that links of a folder lead to.
    private static string? TargetOf(RawTree tree) =>
        tree.Entries.TryGetValue([.. "a"u8], out RawTree.Entry? target) && target.Kind == RawKind.File ? target.Content : null;

    private void Walk(RawTree tree, string folder)
    {
        foreach ((byte[] raw, RawTree.Entry entry) in tree.Entries)
        {
            if (RawTree.Text(raw) is not { } name)
            {
                _unnamed++;
                _refused |= !ignoreUnsigned;
                continue;
            }

            string path = folder + name;
            if (ignored.Contains(path))
            {
                Leave(path);
            }
            else if (entry.Kind == RawKind.Folder)
            {
                Walk(entry.Tree, path + "/");
            }
            else if (ignoreUnsigned)
            {
                Leave(path);
            }
            else if (entry.Kind == RawKind.Fifo || (entry.Kind > RawKind.Fifo && (!allowLinks || IsBroken(tree, name, entry.Kind))))
            {
                _refused = true;
            }
            else if (!signed.ContainsKey(path))
            {
                _extra.Add(path);
            }
        }
    }

    // A link to nothing or to a FIFO; one to a folder, or in a circle, is an entry that nobody signed.
    private static bool IsBroken(RawTree tree, string name, RawKind kind) => kind == RawKind.LinkToA && name != RawTree.Target
        && (!tree.Entries.TryGetValue([.. "a"u8], out RawTree.Entry? target) || target.Kind == RawKind.Fifo);

    private void Leave(string path)
    {
        if (!signed.ContainsKey(path))
        {
            _unchecked.Add(path);
        }
    }

    private string? Find(RawTree tree, string name)
    {
        string[] parts = name.Split('/');
        for (int part = 0; part < parts.Length; part++)
        {
            byte[] raw = System.Text.Encoding.UTF8.GetBytes(parts[part]);
            if (!tree.Entries.TryGetValue(raw, out RawTree.Entry? entry))
            {
                return null;
            }

            bool isLast = part == parts.Length - 1;
            if (entry.Kind > RawKind.Fifo && (!isLast || !allowLinks || IsBroken(tree, parts[part], entry.Kind)))
            {
                _refused = true;
                return null;
            }

            if (isLast)
            {
                _refused |= entry.Kind == RawKind.Fifo;
                return entry.Kind == RawKind.File ? entry.Content : entry.Kind == RawKind.LinkToA && parts[part] != RawTree.Target ? TargetOf(tree) : null;
            }

            if (entry.Kind != RawKind.Folder)
            {
                return null;
            }

            tree = entry.Tree;
        }

        return null;
    }
}
