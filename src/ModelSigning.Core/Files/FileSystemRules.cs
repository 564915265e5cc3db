namespace ModelSigning.Core.Files;

/// <summary>How an operating system's usual file systems read names. Rules that depend on it take it as a parameter and can be tried anywhere.</summary>
/// <param name="IsWindows">Whether names are those of Windows.</param>
/// <param name="FoldsCase">Whether upper and lower case are not told apart.</param>
/// <param name="FoldsForms">Whether a letter with its accent in one character and in two (NFC, NFD) are not told apart.</param>
internal sealed record FileSystemRules(bool IsWindows, bool FoldsCase, bool FoldsForms)
{
    /// <summary>NTFS.</summary>
    public static readonly FileSystemRules Windows = new(true, true, false);

    /// <summary>APFS and HFS+.</summary>
    public static readonly FileSystemRules MacOS = new(false, true, true);

    /// <summary>The file systems of Linux and FreeBSD.</summary>
    public static readonly FileSystemRules Unix = new(false, false, false);

    /// <summary>Those of the current operating system; one that is not known tells fewer names apart.</summary>
    public static FileSystemRules Current { get; } =
        OperatingSystem.IsWindows() ? Windows : OperatingSystem.IsLinux() || OperatingSystem.IsFreeBSD() ? Unix : MacOS;

    /// <summary>Whether two names, or two paths with the same separators, open the same file.</summary>
    public bool IsSame(string one, string other) =>
        string.Equals(InOneForm(one), InOneForm(other), FoldsCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    // Only valid Unicode has forms; nothing else is a name where forms are folded.
    private string InOneForm(string text) => FoldsForms && RawName.IsUnicode(text) ? text.Normalize() : text;
}
