namespace ModelSigning.Core.Files;

/// <summary>
/// Finds a program by its name in the folders of <c>PATH</c> that are given in full, and nowhere else: a model or a checkout in the current folder
/// may hold a program of any name.
/// </summary>
internal static class ProgramFile
{
    /// <summary>The folders of this process's <c>PATH</c> that are given in full, in their order.</summary>
    public static IReadOnlyList<string> Folders => FoldersOf(Environment.GetEnvironmentVariable("PATH") ?? "", OperatingSystem.IsWindows());

    /// <summary>Finds a program.</summary>
    /// <param name="name">The program's name without a folder or an extension.</param>
    /// <returns>Its full path; null when no folder has it.</returns>
    public static string? Find(string name) =>
        Find(name, Folders, OperatingSystem.IsWindows(), OperatingSystem.IsWindows() ? File.Exists : IsExecutable);

    internal static string? Find(string name, IReadOnlyList<string> folders, bool windows, Func<string, bool> isProgram)
    {
        // On Windows a program is an .exe: a batch file would hand its arguments to another interpreter.
        string file = windows ? name + ".exe" : name;
        char separator = windows ? '\\' : '/';
        return folders.Select(folder => folder.TrimEnd(separator) + separator + file).FirstOrDefault(isProgram);
    }

    internal static IReadOnlyList<string> FoldersOf(string path, bool windows) =>
        [.. path.Split(windows ? ';' : ':').Select(folder => windows ? folder.Trim('"') : folder).Where(folder => IsFull(folder, windows))];

    // An empty entry, '.', 'bin' and, on Windows, 'C:bin' and '\bin' depend on the current folder.
    private static bool IsFull(string folder, bool windows) => windows
        ? folder is [>= 'A' and <= 'Z' or >= 'a' and <= 'z', ':', '\\' or '/', ..] || folder is ['\\', '\\', not ('.' or '?' or '\\'), ..]
        : folder.StartsWith('/');

    internal static bool IsExecutable(string path)
    {
        const UnixFileMode anybody = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        try
        {
            return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & anybody) != UnixFileMode.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
