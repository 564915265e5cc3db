namespace ModelSigning.Core.Files;

/// <summary>Tells a file that someone else has locked from one that cannot be opened for another reason, such as a read-only file system.</summary>
internal static class SharingViolation
{
    private const int WindowsSharing = unchecked((int)0x80070020), WindowsLock = unchecked((int)0x80070021), LinuxWouldBlock = 11, OtherWouldBlock = 35;

    /// <summary>Whether an error says so.</summary>
    public static bool Is(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error is IOException && (OperatingSystem.IsWindows() ? error.HResult is WindowsSharing or WindowsLock
            : error.HResult == (OperatingSystem.IsLinux() ? LinuxWouldBlock : OtherWouldBlock));
    }
}
