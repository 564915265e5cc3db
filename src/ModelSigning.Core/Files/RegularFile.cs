using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ModelSigning.Core.Files;

/// <summary>
/// Opens files from outside. A FIFO, a socket, a device, a folder or a file of the kernel's in a file's place is an error and never waited for, whatever
/// someone puts there between a look and the opening.
/// </summary>
internal static partial class RegularFile
{
    // The same numbers on all Unix systems.
    private const int NotPermitted = 1, NoEntry = 2, AccessDenied = 13, NotDirectory = 20;
    internal const int Interrupted = 4;

    // ELOOP.
    private static readonly int TooManyLinks = OperatingSystem.IsMacOS() ? 62 : 40;

    private const uint ProcessFileSystem = 0x9FA0;

    // O_RDONLY | O_NONBLOCK | O_CLOEXEC: opening a FIFO that nobody writes to does not wait then.
    internal static readonly int OpenFlags = OperatingSystem.IsMacOS() ? 0x4 | 0x1000000 : 0x800 | 0x80000;

    // O_NOFOLLOW.
    internal static readonly int NoLinkFlag = OperatingSystem.IsMacOS() ? 0x100 : RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    /// <summary>Whether this system's numbers are known.</summary>
    internal static bool HasDescriptors { get; } =
        (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS()) && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>Opens a regular file for reading.</summary>
    /// <param name="path">The path.</param>
    /// <param name="followLinks">Whether the path itself may be a link; one in its folders is followed in any case.</param>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="IOException">It cannot be opened, or is not a regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="ArgumentException">The text is not a path.</exception>
    public static FileStream Open(string path, bool followLinks = true)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!HasDescriptors)
        {
            return followLinks || FileStatus.Of(path).Kind is FileKind.File or FileKind.Missing ? OpenByRuntime(path) : throw new IOException(NotAFile(FileKind.Link));
        }

        SafeFileHandle handle = new(OpenDescriptor(path, followLinks), ownsHandle: true);
        try
        {
            if (FileStatus.Of(handle).Kind is var kind && kind != FileKind.File)
            {
                throw new IOException(NotAFile(kind));
            }

            RefuseKernelFile(handle);

            // It is a regular file, for which the flag means nothing; .NET takes it for a sign of asynchronous reading.
            return SetNonBlocking(handle, 0) == 0
                ? new FileStream(handle, FileAccess.Read, bufferSize: 0)
                : throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Opens a path for reading without waiting for anything; what it names is for the caller to find out.</summary>
    /// <returns>The descriptor.</returns>
    /// <inheritdoc cref="Open"/>
    internal static int OpenDescriptor(string path, bool followLinks = true) => OpenDescriptor(path, followLinks ? OpenFlags : OpenFlags | NoLinkFlag);

    /// <summary>Opens a path with some flags.</summary>
    /// <inheritdoc cref="OpenDescriptor(string, bool)"/>
    internal static int OpenDescriptor(string path, int flags)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("The path contains a null character.", nameof(path));
        }

        int descriptor;
        do
        {
            descriptor = SystemOpen(path, flags);
        }
        while (descriptor < 0 && Marshal.GetLastPInvokeError() == Interrupted);

        return descriptor >= 0 ? descriptor : throw OpenError(path);
    }

    /// <summary>What the system's last error of an opening says.</summary>
    internal static Exception OpenError(string path)
    {
        int error = Marshal.GetLastPInvokeError();
        string message = Marshal.GetPInvokeErrorMessage(error);
        return error switch
        {
            NoEntry or NotDirectory => new FileNotFoundException(message, path),
            AccessDenied or NotPermitted => new UnauthorizedAccessException(message),
            _ when error == TooManyLinks => new IOException(NotAFile(FileKind.Link)),
            _ => new IOException(message, error),
        };
    }

    /// <summary>
    /// Refuses what the kernel makes up, such as <c>/proc/kmsg</c>: it calls itself a regular file of length 0, and reading it may wait for ever, take
    /// messages away from others or hand out what belongs to the system.
    /// </summary>
    /// <exception cref="IOException">It is such a file.</exception>
    internal static void RefuseKernelFile(SafeHandle handle)
    {
        if (OperatingSystem.IsLinux() && IsOfTheKernel(GetFileSystemType(handle)))
        {
            throw new IOException("It is a file of the operating system's kernel, which has no stored content.");
        }
    }

    /// <summary>Whether a folder is one of the file system <c>proc</c>, whose links lead elsewhere for each process. It can be mounted anywhere.</summary>
    internal static bool IsOfProcesses(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        // O_PATH, which needs no right to list the folder.
        const int pathOnly = 0x20_0000;
        int descriptor = SystemOpen(folder, pathOnly | OpenFlags);
        if (descriptor < 0)
        {
            return folder.StartsWith("/proc", StringComparison.Ordinal);
        }

        uint fileSystem = (uint)GetFileSystemType(descriptor);
        _ = CloseDescriptor(descriptor);
        return fileSystem == ProcessFileSystem;
    }

    /// <summary>Whether a program of user space is the file system of an open file (FUSE), or none that says what it is.</summary>
    internal static bool IsOfUserSpace(int descriptor) => OperatingSystem.IsLinux() && (uint)GetFileSystemType(descriptor) is 0 or uint.MaxValue or 0x6573_5546;

    // The numbers of linux/magic.h; no tmpfs, overlay or network file system among them.
    private static bool IsOfTheKernel(long fileSystem) => (uint)fileSystem is
        ProcessFileSystem
        or 0x6265_6572 // sysfs
        or 0x6462_6720 // debugfs
        or 0x7472_6163 // tracefs
        or 0x0027_E0EB or 0x6367_7270 // cgroup and cgroup2
        or 0x7363_6673 // securityfs
        or 0x6265_6570 // configfs
        or 0xF97C_FF8C // selinuxfs
        or 0x4341_5D53 // smackfs
        or 0xCAFE_4A11 // bpf
        or 0xDE5E_81E4 // efivarfs
        or 0x6165_676C // pstore
        or 0x4249_4E4D // binfmt_misc
        or 0x0765_5821 // resctrl
        or 0x6759_6969 // rpc_pipefs
        or 0x6E66_7364 // nfsd
        or 0xABBA_1974 // xenfs
        or 0x6573_5543; // fusectl

    private static FileStream OpenByRuntime(string path)
    {
        if (!OperatingSystem.IsWindows() && FileStatus.Of(ResolvedPath.Of(Path.GetFullPath(path))).Kind is FileKind.Special)
        {
            throw new IOException(NotAFile(FileKind.Special));
        }

        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (stream.CanSeek)
        {
            return stream;
        }

        stream.Dispose();
        throw new IOException(NotAFile(FileKind.Special));
    }

    private static string NotAFile(FileKind kind) => kind switch
    {
        FileKind.Directory => "It is a folder, not a file.",
        FileKind.Link => "It is a link, not a file.",
        _ => "It is a FIFO, socket or device, not a file.",
    };

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SystemOpen(string path, int flags);

    /// <summary>Closes what <see cref="OpenDescriptor(string, bool)"/> opened.</summary>
    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int CloseDescriptor(int descriptor);

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_GetFileSystemType")]
    private static partial long GetFileSystemType(SafeHandle handle);

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_GetFileSystemType")]
    private static partial long GetFileSystemType(nint descriptor);

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_FcntlSetIsNonBlocking", SetLastError = true)]
    private static partial int SetNonBlocking(SafeHandle handle, int isNonBlocking);
}
