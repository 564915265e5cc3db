using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ModelSigning.Core.Files;

/// <summary>What a path names, links not followed.</summary>
internal enum FileKind
{
    /// <summary>Nothing.</summary>
    Missing,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link; on Windows whatever leads to another name, so that a junction or a mounted volume is one too.</summary>
    Link,

    /// <summary>A FIFO, a socket or a device.</summary>
    Special,
}

/// <summary>
/// The kind and length of what a path names, without opening it and without following a link: opening a FIFO would wait for
/// its writer. .NET tells a FIFO from a file nowhere, so on Unix the runtime's own <c>lstat</c> is asked, whose structure is the same
/// on every system, unlike that of the C library.
/// </summary>
/// <param name="Kind">What the path names.</param>
/// <param name="Length">A file's length in bytes; 0 for anything else.</param>
internal readonly partial record struct FileStatus(FileKind Kind, long Length)
{
    // FileStatus of the runtime's pal_io.h: int32 Flags, int32 Mode, uint32 Uid, uint32 Gid, int64 Size, then int64: seconds and nanoseconds of the times of access,
    // modification, change and birth, Dev, RDev, Ino.
    private const int ModeOffset = 4, OwnerOffset = 8, SizeOffset = 16, ModifiedOffset = 40, ChangedOffset = 56, DeviceOffset = 88, NumberOffset = 104, StructureLength = 256;
    private const int TypeMask = 0xF000, RegularType = 0x8000, DirectoryType = 0x4000, LinkType = 0xA000, WriteByOthers = 0x12;

    // struct statx of Linux, which is the same on every processor: uint32 mask, then at these places uint16 mode and uint64 size; AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT; STATX_TYPE | STATX_SIZE.
    private const int FolderModeOffset = 28, FolderSizeOffset = 40, FolderFlags = 0x900;
    private const uint FolderMask = 0x201;

    /// <summary>Whether <see cref="InFolder"/> can be asked: on Linux, where the C library has the call.</summary>
    public static bool HasFolders { get; } = OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc", typeof(FileStatus).Assembly, null, out nint library) && NativeLibrary.TryGetExport(library, "statx", out _);

    /// <summary>Asks for the status of what has a name in an open folder.</summary>
    /// <param name="folder">The folder's descriptor.</param>
    /// <param name="name">The name in UTF-8, and a zero byte.</param>
    /// <returns>The status; null where the system does not answer, so that the path must be asked.</returns>
    public static unsafe FileStatus? InFolder(int folder, ReadOnlySpan<byte> name)
    {
        byte* structure = stackalloc byte[StructureLength];
        int result;
        fixed (byte* start = name)
        {
            result = StatX(folder, start, FolderFlags, FolderMask, structure);
        }

        return result == 0 && (*(uint*)structure & FolderMask) == FolderMask ? OfMode(*(ushort*)(structure + FolderModeOffset), *(long*)(structure + FolderSizeOffset)) : null;
    }

    /// <summary>Asks for the status of a path.</summary>
    /// <exception cref="IOException">The operating system does not say.</exception>
    /// <exception cref="UnauthorizedAccessException">A directory of the path cannot be searched.</exception>
    public static FileStatus Of(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return OfWindowsPath(path);
        }

        int length = Encoding.UTF8.GetMaxByteCount(path.Length) + 1;
        Span<byte> bytes = length <= 1024 ? stackalloc byte[1024] : new byte[length];
        int written = Encoding.UTF8.GetBytes(path, bytes);
        bytes[written] = 0;
        return OfUnixPath(bytes);
    }

    /// <summary>
    /// The status that Windows' attributes tell. A reparse point is a link only if its tag says that it stands for another name: files in the
    /// cloud (OneDrive), deduplicated and compressed ones have tags too, and are files.
    /// </summary>
    /// <param name="attributes">The attributes.</param>
    /// <param name="length">A file's length in bytes.</param>
    /// <param name="tag">The tag of a reparse point; null where it is not known, which counts as a link.</param>
    public static FileStatus OfAttributes(FileAttributes attributes, long length, uint? tag = null)
    {
        const uint nameSurrogate = 0x2000_0000, socket = 0x8000_0023, fifo = 0x8000_0024, characterDevice = 0x8000_0025, blockDevice = 0x8000_0026;
        bool isReparsePoint = attributes.HasFlag(FileAttributes.ReparsePoint);
        return isReparsePoint && (tag is not { } known || (known & nameSurrogate) != 0) ? new(FileKind.Link, 0)
            : isReparsePoint && tag is socket or fifo or characterDevice or blockDevice ? new(FileKind.Special, 0)
            : attributes.HasFlag(FileAttributes.Directory) ? new(FileKind.Directory, 0)
            : attributes.HasFlag(FileAttributes.Device) ? new(FileKind.Special, 0)
            : new(FileKind.File, length);
    }

    /// <summary>
    /// Whether Windows' error says that nothing has the name. A name that it does not allow nothing can have; a folder that may not be
    /// searched, a drive without a medium and a server that is away say nothing of the kind.
    /// </summary>
    public static bool IsMissing(Exception error)
    {
        const int invalidName = unchecked((int)0x8007_007B), badPathName = unchecked((int)0x8007_00A1);
        return error is FileNotFoundException or DirectoryNotFoundException or { HResult: invalidName or badPathName };
    }

    /// <summary>Asks for the status of a path that is UTF-8 and ends with a zero byte; not on Windows.</summary>
    /// <inheritdoc cref="Of(string)"/>
    public static unsafe FileStatus OfUnixPath(ReadOnlySpan<byte> path)
    {
        byte* structure = stackalloc byte[StructureLength];
        int result;
        fixed (byte* pointer = path)
        {
            result = LStat(pointer, structure);
        }

        return Read(result, structure);
    }

    /// <summary>Asks for the status of a path and what is recorded of it; not on Windows.</summary>
    /// <inheritdoc cref="Of(string)"/>
    public static unsafe (FileStatus Status, FileRecord Record) WithRecord(string path)
    {
        byte* structure = stackalloc byte[StructureLength];
        int length = Encoding.UTF8.GetMaxByteCount(path.Length) + 1;
        Span<byte> bytes = length <= 1024 ? stackalloc byte[1024] : new byte[length];
        bytes[Encoding.UTF8.GetBytes(path, bytes)] = 0;
        int result;
        fixed (byte* pointer = bytes)
        {
            result = LStat(pointer, structure);
        }

        FileStatus status = Read(result, structure);
        return (status, status.Kind == FileKind.Missing ? default : new(*(long*)(structure + NumberOffset), Time(structure + ModifiedOffset), Time(structure + ChangedOffset)));
    }

    /// <summary>
    /// Whether the system takes a link to a place, which its text says: by the number of the file or folder and its file system. On Windows, always.
    /// </summary>
    /// <exception cref="IOException">The operating system does not say.</exception>
    /// <exception cref="UnauthorizedAccessException">A directory of a path cannot be searched.</exception>
    public static unsafe bool LeadsTo(string link, string place)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        byte* followed = stackalloc byte[StructureLength], named = stackalloc byte[StructureLength];
        int result, other;
        fixed (byte* start = Encoding.UTF8.GetBytes(link + '\0'), end = Encoding.UTF8.GetBytes(place + '\0'))
        {
            result = Stat(start, followed);
            other = result == 0 ? LStat(end, named) : result;
        }

        return Read(other, named).Kind != FileKind.Missing && IsSame(followed, named);
    }

    /// <summary>Whether two paths lead to the same file or folder, links followed. Not if either leads nowhere.</summary>
    /// <inheritdoc cref="LeadsTo"/>
    public static unsafe bool AreSame(string path, string other)
    {
        byte* one = stackalloc byte[StructureLength], two = stackalloc byte[StructureLength];
        int result;
        fixed (byte* start = Encoding.UTF8.GetBytes(path + '\0'), end = Encoding.UTF8.GetBytes(other + '\0'))
        {
            result = Stat(start, one);
            result = result == 0 ? Stat(end, two) : result;
        }

        return Read(result, two).Kind != FileKind.Missing && IsSame(one, two);
    }

    private static unsafe bool IsSame(byte* one, byte* two) =>
        *(long*)(one + DeviceOffset) == *(long*)(two + DeviceOffset) && *(long*)(one + NumberOffset) == *(long*)(two + NumberOffset);

    private static unsafe long Time(byte* time) => (*(long*)time * 1_000_000_000) + *(long*)(time + sizeof(long));

    /// <summary>Asks for the status of what a path leads to, all its links followed. .NET itself says of a link that leads nowhere that there is a file.</summary>
    /// <inheritdoc cref="Of(string)"/>
    public static unsafe FileStatus Behind(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true) is { } target ? Of(target.FullName) : Of(path);
        }

        byte* structure = stackalloc byte[StructureLength];
        int result;
        fixed (byte* start = Encoding.UTF8.GetBytes(path + '\0'))
        {
            result = Stat(start, structure);
        }

        return Read(result, structure);
    }

    /// <summary>Asks for the status of what is open; not on Windows.</summary>
    /// <inheritdoc cref="Of(string)"/>
    public static unsafe FileStatus Of(SafeFileHandle handle)
    {
        byte* structure = stackalloc byte[StructureLength];
        return Read(FStat(handle, structure), structure);
    }

    /// <summary>Asks for the state of an open file. Not on Windows.</summary>
    public static unsafe FileState StateOf(int descriptor)
    {
        byte* structure = stackalloc byte[StructureLength];
        return FStat(descriptor, structure) != 0 ? default
            : new(Time(structure + ModifiedOffset), Time(structure + ChangedOffset), *(long*)(structure + DeviceOffset), *(long*)(structure + NumberOffset));
    }

    /// <summary>Whether anybody but this user and the system's administrator may write to what is open: it is of another owner, or its mode allows it. Not on Windows.</summary>
    public static unsafe bool IsWritableByOthers(SafeFileHandle handle)
    {
        byte* structure = stackalloc byte[StructureLength];
        if (FStat(handle, structure) != 0)
        {
            throw UnixErrors.Exception(Marshal.GetLastPInvokeError());
        }

        uint owner = *(uint*)(structure + OwnerOffset);
        return (*(int*)(structure + ModeOffset) & WriteByOthers) != 0 || (owner != 0 && owner != EffectiveUser());
    }

    private static unsafe FileStatus Read(int result, byte* structure)
    {
        if (result != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            return error is UnixErrors.NoSuchEntry or UnixErrors.NotADirectory ? default : throw UnixErrors.Exception(error);
        }

        return OfMode(*(int*)(structure + ModeOffset), *(long*)(structure + SizeOffset));
    }

    private static FileStatus OfMode(int mode, long size) => (mode & TypeMask) switch
    {
        RegularType => new(FileKind.File, size),
        DirectoryType => new(FileKind.Directory, 0),
        LinkType => new(FileKind.Link, 0),
        _ => new(FileKind.Special, 0),
    };

    [SupportedOSPlatform("windows")]
    private static FileStatus OfWindowsPath(string path)
    {
        FileAttributes attributes;
        try
        {
            attributes = File.GetAttributes(path);
        }
        catch (IOException error) when (IsMissing(error))
        {
            return default;
        }

        bool isReparsePoint = attributes.HasFlag(FileAttributes.ReparsePoint);
        return OfAttributes(
            attributes, attributes.HasFlag(FileAttributes.Directory) ? 0 : new FileInfo(path).Length, isReparsePoint ? WindowsFile.ReparseTag(path) : null);
    }

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_LStat", SetLastError = true)]
    private static unsafe partial int LStat(byte* path, byte* output);

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Stat", SetLastError = true)]
    private static unsafe partial int Stat(byte* path, byte* output);

    [LibraryImport("libc", EntryPoint = "statx")]
    private static unsafe partial int StatX(int folder, byte* name, int flags, uint mask, byte* output);

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_GetEUid")]
    private static partial uint EffectiveUser();

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_FStat", SetLastError = true)]
    private static unsafe partial int FStat(SafeHandle handle, byte* output);

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_FStat")]
    private static unsafe partial int FStat(nint descriptor, byte* output);
}
