using System.Runtime.InteropServices;
using System.Text;

namespace ModelSigning.Core.Files;

/// <summary>
/// Opens files below a folder by way of the folders themselves, on 64-bit Linux: no folder on the way may be a link, whatever somebody puts in its place between a look and the opening. The last folder stays
/// open, so that the next file of it costs the system its name alone. It may be used by one thread.
/// </summary>
internal sealed partial class UnixFolderHandle(string root) : IDisposable
{
    // O_PATH | O_CLOEXEC: a folder that may be searched need not be readable.
    private const int FolderFlags = 0x200000 | 0x80000;

    private static readonly int OnlyFolder = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;

    private string? _folder;
    private int _descriptor = -1;

    /// <summary>Whether this system's numbers are known.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && RegularFile.HasDescriptors;

    /// <summary>Opens a file for reading without waiting for anything; what it is, is for the caller to find out.</summary>
    /// <param name="name">Its name below the root, with <c>/</c> between components.</param>
    /// <param name="followLink">Whether the file itself may be a link.</param>
    /// <returns>The descriptor.</returns>
    /// <inheritdoc cref="RegularFile.Open"/>
    public int Open(string name, bool followLink)
    {
        if (name.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("The path contains a null character.", nameof(name));
        }

        int slash = name.LastIndexOf('/');
        if (_descriptor < 0 || !name.AsSpan(0, Math.Max(slash, 0)).SequenceEqual(_folder))
        {
            MoveTo(name[..Math.Max(slash, 0)]);
        }

        return OpenAt(_descriptor, name.AsSpan(slash + 1), followLink ? RegularFile.OpenFlags : RegularFile.OpenFlags | RegularFile.NoLinkFlag, name);
    }

    /// <summary>Closes the folder.</summary>
    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _ = Close(_descriptor);
            _descriptor = -1;
        }
    }

    private void MoveTo(string folder)
    {
        Dispose();
        _descriptor = RegularFile.OpenDescriptor(root, FolderFlags | OnlyFolder);
        foreach (string component in folder.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            int above = _descriptor;
            _descriptor = -1;
            try
            {
                _descriptor = OpenAt(above, component, FolderFlags | OnlyFolder | RegularFile.NoLinkFlag, folder);
            }
            finally
            {
                _ = Close(above);
            }
        }

        _folder = folder;
    }

    private static unsafe int OpenAt(int folder, ReadOnlySpan<char> name, int flags, string path)
    {
        int length = Encoding.UTF8.GetMaxByteCount(name.Length) + 1;
        Span<byte> bytes = length <= 1024 ? stackalloc byte[1024] : new byte[length];
        bytes[Encoding.UTF8.GetBytes(name, bytes)] = 0;
        fixed (byte* start = bytes)
        {
            int descriptor;
            do
            {
                descriptor = OpenAt(folder, start, flags);
            }
            while (descriptor < 0 && Marshal.GetLastPInvokeError() == RegularFile.Interrupted);

            return descriptor >= 0 ? descriptor : throw RegularFile.OpenError(path);
        }
    }

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    private static unsafe partial int OpenAt(int folder, byte* name, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
