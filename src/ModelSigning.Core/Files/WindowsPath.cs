namespace ModelSigning.Core.Files;

/// <summary>
/// The one ordinary spelling of a full path of Windows, so that no other can lead around a rule that compares paths (Win32, "Naming
/// Files, Paths, and Namespaces"). Text alone: short names and links are for the file system to resolve.
/// </summary>
internal static class WindowsPath
{
    private const string Unc = @"UNC\";

    private static readonly string[] DevicePrefixes = [@"\\?\", @"\\.\", @"\??\"];

    /// <summary>Takes the prefix of a device path off, where the rest is a path of a drive or a share.</summary>
    /// <param name="path">A full path, with either separator.</param>
    /// <returns>
    /// <c>X:\…</c> or <c>\\server\share\…</c>; null for a path that is not full, and for what names no ordinary file: another device, an
    /// alternate stream, a reserved name, a component that ends in a dot or a space.
    /// </returns>
    public static string? Ordinary(string path)
    {
        string plain = WithoutPrefix(path.Replace('/', '\\'));
        bool isDrive = IsDrive(plain);
        if (!isDrive && !plain.StartsWith(@"\\", StringComparison.Ordinal))
        {
            return null;
        }

        string[] components = (isDrive ? plain[3..] : plain[2..]).Split('\\', StringSplitOptions.RemoveEmptyEntries);
        return (isDrive || components.Length > 1) && components.All(WindowsName.IsUsable)
            ? (isDrive ? plain[..3] : @"\\") + string.Join('\\', components)
            : null;
    }

    /// <summary>A path with back-slashes, without the prefix of a device path before a drive or a share.</summary>
    public static string WithoutPrefix(string path)
    {
        if (!DevicePrefixes.Any(prefix => path.StartsWith(prefix, StringComparison.Ordinal)))
        {
            return path;
        }

        string rest = path[DevicePrefixes[0].Length..];
        return IsDrive(rest) ? rest : rest.StartsWith(Unc, StringComparison.OrdinalIgnoreCase) ? @"\\" + rest[Unc.Length..] : path;
    }

    /// <summary>
    /// A full path in the form that Windows takes as it is, of any length whatever the registry says. In that form <c>.</c> and <c>..</c> would be names, so they are
    /// resolved here.
    /// </summary>
    public static string Extended(string path)
    {
        string plain = path.Replace('/', '\\');
        return DevicePrefixes.Any(prefix => plain.StartsWith(prefix, StringComparison.Ordinal)) ? plain
            : plain.StartsWith(@"\\", StringComparison.Ordinal) ? DevicePrefixes[0] + Unc + WithoutDots(plain[2..], root: 2)
            : DevicePrefixes[0] + WithoutDots(plain, root: 1);
    }

    // The first components are the drive, or the server and its share, above which nothing leads.
    private static string WithoutDots(string path, int root)
    {
        string[] components = path.Split('\\');
        if (!components.Any(component => component is "." or ".."))
        {
            return path;
        }

        List<string> kept = [];
        foreach (string component in components)
        {
            if (component == ".." && kept.Count > root)
            {
                kept.RemoveAt(kept.Count - 1);
            }
            else if (component is not ("." or ".."))
            {
                kept.Add(component);
            }
        }

        return string.Join('\\', kept);
    }

    private static bool IsDrive(string path) => path.Length > 2 && char.IsAsciiLetter(path[0]) && path[1] == ':' && path[2] == '\\';
}
