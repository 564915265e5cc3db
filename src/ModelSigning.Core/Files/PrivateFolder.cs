namespace ModelSigning.Core.Files;

/// <summary>Folders that only this user can look into, whatever the process's mask says.</summary>
internal static class PrivateFolder
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes a folder with those above it that are missing; one that exists stays as it is.</summary>
    /// <param name="path">The full path.</param>
    /// <exception cref="IOException">It cannot be made, or a file has its name.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not make it.</exception>
    public static void Create(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        if (Directory.Exists(path))
        {
            return;
        }

        if (Path.GetDirectoryName(path) is { Length: > 0 } parent)
        {
            Create(parent);
        }

        Directory.CreateDirectory(path, Mode);
        // A mask takes permissions away, never adds any: one that is odd enough takes the owner's.
        if ((File.GetUnixFileMode(path) & Mode) != Mode)
        {
            File.SetUnixFileMode(path, Mode);
        }
    }
}
