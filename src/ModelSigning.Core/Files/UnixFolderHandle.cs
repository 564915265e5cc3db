using System.Runtime.InteropServices;
using System.Text;

namespace ModelSigning.Core.Files;

/// <summary>
/// Opens files below a folder by way of the folders themselves, on 64-bit Linux: no folder on the way may be a link, whatever somebody puts in its place between a look and the opening. The last folder stays
/// open, so that the next file of it costs the system its name alone. The folders above it
/// stay open too, so that one beside it costs its name as well. It may be used by one thread.
/// </summary>
internal sealed partial class UnixFolderHandle(string root) : IDisposable
{
    // O_PATH | O_CLOEXEC: a folder that may be searched need not be readable.
    private const int FolderFlags = 0x200000 | 0x80000;

    private static readonly int OnlyFolder = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;

    // Of a path that is deeper, those above are closed, because a process may have few files open.
    private const int MostOpen = 16;

    // From the root down; a folder that was closed again has no descriptor.
    private readonly List<(string Name, int Descriptor)> _path = [];
    private string? _folder;

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
        if (_folder is null || !name.AsSpan(0, Math.Max(slash, 0)).SequenceEqual(_folder))
        {
            MoveTo(name[..Math.Max(slash, 0)]);
        }

        return OpenAt(_path[^1].Descriptor, name.AsSpan(slash + 1), followLink ? RegularFile.OpenFlags : RegularFile.OpenFlags | RegularFile.NoLinkFlag, name);
    }

    /// <summary>Closes the folders.</summary>
    public void Dispose() => Shorten(0);

    private void MoveTo(string folder)
    {
        _folder = null;
        string[] components = folder.Split('/', StringSplitOptions.RemoveEmptyEntries);
        int common = 0;
        while (common < components.Length && common + 1 < _path.Count && _path[common + 1].Name == components[common])
        {
            common++;
        }

        Shorten(common + 1);
        if (_path.Count == 0 || _path[^1].Descriptor < 0)
        {
            Shorten(0);
            _path.Add(("", RegularFile.OpenDescriptor(root, FolderFlags | OnlyFolder)));
        }

        while (_path.Count <= components.Length)
        {
            string component = components[_path.Count - 1];
            _path.Add((component, OpenAt(_path[^1].Descriptor, component, FolderFlags | OnlyFolder | RegularFile.NoLinkFlag, folder)));
            if (_path.Count > MostOpen)
            {
                int above = _path.Count - 1 - MostOpen;
                _ = RegularFile.CloseDescriptor(_path[above].Descriptor);
                _path[above] = (_path[above].Name, -1);
            }
        }

        _folder = folder;
    }

    private void Shorten(int count)
    {
        _folder = null;
        while (_path.Count > count)
        {
            if (_path[^1].Descriptor >= 0)
            {
                _ = RegularFile.CloseDescriptor(_path[^1].Descriptor);
            }

            _path.RemoveAt(_path.Count - 1);
        }
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
}
