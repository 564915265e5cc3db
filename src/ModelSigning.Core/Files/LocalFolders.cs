namespace ModelSigning.Core.Files;

/// <summary>
/// Which paths lie on disks of this machine, where a read ends soon: they may be read by the pipeline's own thread. A network drive may hang, and then only work on another thread can
/// be left behind by Ctrl+C. Where that is not known, the answer is no.
/// </summary>
public sealed class LocalFolders
{
    private string? _folder;
    private bool _isLocal;
    private string[] _mountsBelow = [];

    /// <summary>Whether a file or folder lies on a local disk. It may touch the folder around a path only by <paramref name="apart"/>, because that may hang.</summary>
    /// <param name="path">A full path.</param>
    /// <param name="apart">Runs a look at the file system where it can be left behind.</param>
    public bool Holds(string path, Action<Action> apart)
    {
        ArgumentNullException.ThrowIfNull(apart);
        if (Path.GetDirectoryName(path) is not { } folder)
        {
            return false;
        }

        if (folder != _folder)
        {
            apart(() => (_isLocal, _mountsBelow) = Look(folder));
            _folder = folder;
        }

        // Whatever is mounted in the model, or is a link, may lie elsewhere.
        string name = Path.GetFileName(path);
        return _isLocal && !_mountsBelow.Contains(name, StringComparer.Ordinal) && !IsLink(path);
    }

    /// <summary>Whether a folder lies on a network drive, in user space or at a server: its answers are waited for, so several are asked for at once. False where that is not known.</summary>
    /// <param name="folder">A full path.</param>
    internal static bool IsOnNetwork(string folder)
    {
        if (OperatingSystem.IsWindows() && folder.StartsWith(@"\\", StringComparison.Ordinal) && !folder.StartsWith(@"\\?\", StringComparison.Ordinal))
        {
            return true;
        }

        try
        {
            return DriveOf(folder).DriveType == DriveType.Network;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    private static DriveInfo DriveOf(string folder) => new(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder);

    private static (bool IsLocal, string[] MountsBelow) Look(string folder)
    {
        try
        {
            string real = ResolvedPath.Of(folder);
            DriveInfo drive = DriveOf(real);
            string prefix = real.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar;
            return (drive.DriveType is DriveType.Fixed or DriveType.Ram, OperatingSystem.IsWindows() ? []
                : [.. DriveInfo.GetDrives().Select(mount => mount.Name).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name[prefix.Length..].Split('/')[0])]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (false, []);
        }
    }

    private static bool IsLink(string path)
    {
        try
        {
            return File.GetAttributes(path).HasFlag(FileAttributes.ReparsePoint);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
