using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace ModelSigning.Core.Files;

/// <summary>What Windows can do with a file and .NET does not offer. Nothing is loaded that does not lie in the system folder.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class WindowsFile
{
    private const uint ReadAttributes = 0x80, GenericWrite = 0x4000_0000, DeleteAccess = 0x1_0000;
    private const uint ShareRead = 1, ShareWrite = 2, ShareDelete = 4, CreateNew = 1, OpenExisting = 3;
    private const uint OpenReparsePoint = 0x20_0000, BackupSemantics = 0x200_0000;
    private const int AttributeTagInfo = 9, RenameInfo = 3, RenameInfoEx = 22;
    private const int RenameReplaceIfExists = 1, RenamePosixSemantics = 2;
    private const int NotSupported = 50, InvalidParameter = 87, InvalidFunction = 1, InvalidLevel = 124;

    /// <summary>Makes a new file that this handle alone writes, and that can be renamed by it.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="descriptor">The access list in SDDL; null for the one that the folder gives.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not make it.</exception>
    public static SafeFileHandle Create(string path, string? descriptor)
    {
        nint security = 0;
        if (descriptor is not null && !ConvertDescriptor(descriptor, 1, out security, 0))
        {
            throw new IOException(new Win32Exception(Marshal.GetLastPInvokeError()).Message);
        }

        try
        {
            SecurityAttributes attributes = new() { Length = sizeof(SecurityAttributes), Descriptor = security };
            return Open(path, GenericWrite | DeleteAccess, ShareRead | ShareDelete, &attributes, CreateNew, 0);
        }
        finally
        {
            LocalFree(security);
        }
    }

    /// <summary>Gives a file its final name in one step, while the handle keeps others from taking it for a leftover.</summary>
    /// <param name="file">A handle of <see cref="Create"/>.</param>
    /// <param name="path">The full path.</param>
    /// <param name="replace">Whether a file of that name is replaced.</param>
    /// <returns>0, or Windows' error.</returns>
    public static int Rename(SafeFileHandle file, string path, bool replace)
    {
        // Since Windows 10 1607 also while others read the old file; elsewhere (FAT, some servers) in the way of before.
        int error = Rename(file, path, RenameInfoEx, replace ? RenameReplaceIfExists | RenamePosixSemantics : RenamePosixSemantics);
        return error is NotSupported or InvalidParameter or InvalidFunction or InvalidLevel
            ? Rename(file, path, RenameInfo, replace ? RenameReplaceIfExists : 0)
            : error;
    }

    /// <summary>Asks whether a file that exists could be replaced now.</summary>
    /// <returns>0, or Windows' error.</returns>
    public static int TryOpenForDeletion(string path)
    {
        using SafeFileHandle handle = CreateFile(WindowsPath.Extended(path), DeleteAccess, ShareRead | ShareWrite | ShareDelete, null, OpenExisting, OpenReparsePoint, 0);
        return handle.IsInvalid ? Marshal.GetLastPInvokeError() : 0;
    }

    /// <summary>The tag of a reparse point, which is not followed.</summary>
    /// <exception cref="IOException">It cannot be asked.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not ask.</exception>
    public static uint ReparseTag(string path)
    {
        using SafeFileHandle handle = Open(path, ReadAttributes, ShareRead | ShareWrite | ShareDelete, null, OpenExisting, OpenReparsePoint | BackupSemantics);
        uint* information = stackalloc uint[2];
        return GetInformation(handle, AttributeTagInfo, information, 2 * sizeof(uint)) ? information[1] : throw Failure(Marshal.GetLastPInvokeError());
    }

    /// <summary>The exception that .NET itself would throw.</summary>
    public static Exception Failure(int error)
    {
        const int fileNotFound = 2, pathNotFound = 3, accessDenied = 5;
        string message = new Win32Exception(error).Message;
        return error switch
        {
            fileNotFound => new FileNotFoundException(message),
            pathNotFound => new DirectoryNotFoundException(message),
            accessDenied => new UnauthorizedAccessException(message),
            _ => new IOException(message, unchecked((int)0x8007_0000) | error),
        };
    }

    private static SafeFileHandle Open(string path, uint access, uint share, SecurityAttributes* security, uint disposition, uint flags)
    {
        SafeFileHandle handle = CreateFile(WindowsPath.Extended(path), access, share, security, disposition, flags, 0);
        if (!handle.IsInvalid)
        {
            return handle;
        }

        int error = Marshal.GetLastPInvokeError();
        handle.Dispose();
        throw Failure(error);
    }

    // FILE_RENAME_INFO: flags (4 bytes), a handle that is not used (aligned), the name's length in bytes (4 bytes), the name.
    private static int Rename(SafeFileHandle file, string path, int level, int flags)
    {
        string name = WindowsPath.Extended(path);
        int lengthAt = 2 * sizeof(nint), nameAt = lengthAt + sizeof(int);
        byte[] information = new byte[nameAt + ((name.Length + 1) * sizeof(char))];
        BitConverter.TryWriteBytes(information, flags);
        BitConverter.TryWriteBytes(information.AsSpan(lengthAt), name.Length * sizeof(char));
        MemoryMarshal.AsBytes(name.AsSpan()).CopyTo(information.AsSpan(nameAt));
        fixed (byte* pointer = information)
        {
            return SetInformation(file, level, pointer, information.Length) ? 0 : Marshal.GetLastPInvokeError();
        }
    }

    [LibraryImport("kernel32", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial SafeFileHandle CreateFile(
        string path, uint access, uint share, SecurityAttributes* security, uint disposition, uint flags, nint template);

    [LibraryImport("kernel32", EntryPoint = "GetFileInformationByHandleEx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetInformation(SafeFileHandle file, int level, void* information, int length);

    [LibraryImport("kernel32", EntryPoint = "SetFileInformationByHandle", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetInformation(SafeFileHandle file, int level, void* information, int length);

    [LibraryImport("advapi32", EntryPoint = "ConvertStringSecurityDescriptorToSecurityDescriptorW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ConvertDescriptor(string text, int revision, out nint descriptor, nint length);

    [LibraryImport("kernel32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint LocalFree(nint memory);

    [StructLayout(LayoutKind.Sequential)]
    private struct SecurityAttributes
    {
        public int Length;
        public nint Descriptor;
        public int IsInherited;
    }
}
