using System.Runtime.InteropServices;
using System.Text;

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

    /// <summary>A symbolic link; on Windows every reparse point, so that a junction or a mounted volume is one too.</summary>
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
    // FileStatus of the runtime's pal_io.h: int32 Flags, int32 Mode, uint32 Uid, uint32 Gid, int64 Size, then times and numbers.
    private const int ModeOffset = 4, SizeOffset = 16, StructureLength = 256;
    private const int TypeMask = 0xF000, RegularType = 0x8000, DirectoryType = 0x4000, LinkType = 0xA000;
    private const int NoSuchEntry = 2, NotADirectory = 20, AccessDenied = 13;

    /// <summary>Asks for the status of a path.</summary>
    /// <exception cref="IOException">The operating system does not say.</exception>
    /// <exception cref="UnauthorizedAccessException">A directory of the path cannot be searched.</exception>
    public static FileStatus Of(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            FileInfo info = new(path);
            return info.Exists || Directory.Exists(path) ? OfAttributes(info.Attributes, info.Exists ? info.Length : 0) : default;
        }

        int length = Encoding.UTF8.GetMaxByteCount(path.Length) + 1;
        Span<byte> bytes = length <= 1024 ? stackalloc byte[1024] : new byte[length];
        int written = Encoding.UTF8.GetBytes(path, bytes);
        bytes[written] = 0;
        return OfUnixPath(bytes);
    }

    /// <summary>The status that Windows' attributes tell.</summary>
    public static FileStatus OfAttributes(FileAttributes attributes, long length) =>
        attributes.HasFlag(FileAttributes.ReparsePoint) ? new(FileKind.Link, 0)
        : attributes.HasFlag(FileAttributes.Directory) ? new(FileKind.Directory, 0)
        : attributes.HasFlag(FileAttributes.Device) ? new(FileKind.Special, 0)
        : new(FileKind.File, length);

    /// <summary>Asks for the status of a path that is UTF-8 and ends with a zero byte; not on Windows.</summary>
    /// <inheritdoc cref="Of"/>
    public static unsafe FileStatus OfUnixPath(ReadOnlySpan<byte> path)
    {
        byte* structure = stackalloc byte[StructureLength];
        int result;
        fixed (byte* pointer = path)
        {
            result = LStat(pointer, structure);
        }

        if (result != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            return error switch
            {
                NoSuchEntry or NotADirectory => default,
                AccessDenied => throw new UnauthorizedAccessException(Marshal.GetPInvokeErrorMessage(error)),
                _ => throw new IOException(Marshal.GetPInvokeErrorMessage(error), error),
            };
        }

        return (*(int*)(structure + ModeOffset) & TypeMask) switch
        {
            RegularType => new(FileKind.File, *(long*)(structure + SizeOffset)),
            DirectoryType => new(FileKind.Directory, 0),
            LinkType => new(FileKind.Link, 0),
            _ => new(FileKind.Special, 0),
        };
    }

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_LStat", SetLastError = true)]
    private static unsafe partial int LStat(byte* path, byte* output);
}
