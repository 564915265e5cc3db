using System.Runtime.InteropServices;
using System.Text;

namespace ModelSigning.Testing;

/// <summary>Entries of a folder on Linux and macOS as the system calls make them, whose names are bytes: .NET writes only names that are text.</summary>
public static partial class UnixEntries
{
    /// <summary>Makes a file, or empties the one that is there, and writes it.</summary>
    public static void WriteFile(string folder, ReadOnlySpan<byte> name, ReadOnlySpan<byte> content = default)
    {
        int file = Succeed(Creat(Entry(folder, name), 0b110_100_100), folder);
        Succeed(Write(file, content.ToArray(), content.Length) == content.Length ? 0 : -1, folder);
        Succeed(Close(file), folder);
    }

    /// <summary>Makes a folder.</summary>
    public static void MakeFolder(string folder, ReadOnlySpan<byte> name) => Succeed(MakeFolder(Entry(folder, name), 0b111_101_101), folder);

    /// <summary>Makes a FIFO.</summary>
    public static void MakeFifo(string folder, ReadOnlySpan<byte> name) => Succeed(MakeFifo(Entry(folder, name), 0b110_100_100), folder);

    /// <summary>Makes a FIFO.</summary>
    public static void MakeFifo(string path) => MakeFifo(Path.GetDirectoryName(path)!, Encoding.UTF8.GetBytes(Path.GetFileName(path)));

    /// <summary>Makes a symbolic link.</summary>
    public static void MakeLink(string folder, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target) => Succeed(Symlink([.. target, 0], Entry(folder, name)), folder);

    /// <summary>Removes a file, or a folder that is empty.</summary>
    public static void Remove(string folder, ReadOnlySpan<byte> name) => Succeed(Remove(Entry(folder, name)), folder);

    /// <summary>Sets the mode bits of a file or folder.</summary>
    public static void SetMode(string path, UnixFileMode mode) => Succeed(SetMode([.. Encoding.UTF8.GetBytes(path), 0], (uint)mode), path);

    /// <summary>Gives a file to another user, which only the administrator may.</summary>
    public static void GiveAway(string path, uint user) => Succeed(ChangeOwner([.. Encoding.UTF8.GetBytes(path), 0], user, uint.MaxValue), path);

    /// <summary>Gives a file an extended attribute, as Linux does it; false if the file system has none.</summary>
    public static bool TrySetAttribute(string path, string name, ReadOnlySpan<byte> value) =>
        SetAttribute([.. Encoding.UTF8.GetBytes(path), 0], [.. Encoding.UTF8.GetBytes(name), 0], value.ToArray(), value.Length, 0) == 0;

    /// <summary>Sets the process's mask of permissions, which new files and folders do not get.</summary>
    /// <returns>The mask before.</returns>
    public static UnixFileMode SetMask(UnixFileMode mask) => (UnixFileMode)SetMask((uint)mask);

    private static byte[] Entry(string folder, ReadOnlySpan<byte> name) => [.. Encoding.UTF8.GetBytes(folder), (byte)'/', .. name, 0];

    private static int Succeed(int result, string folder) =>
        result >= 0 ? result : throw new IOException($"A system call in '{folder}' failed: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "creat", SetLastError = true)]
    private static partial int Creat(byte[] path, uint mode);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int file, byte[] content, nint length);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true)]
    private static partial int ChangeOwner(byte[] path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true)]
    private static partial int MakeFolder(byte[] path, uint mode);

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true)]
    private static partial int MakeFifo(byte[] path, uint mode);

    [LibraryImport("libc", EntryPoint = "symlink", SetLastError = true)]
    private static partial int Symlink(byte[] target, byte[] path);

    [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true)]
    private static partial int SetMode(byte[] path, uint mode);

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint SetMask(uint mask);

    [LibraryImport("libc", EntryPoint = "remove", SetLastError = true)]
    private static partial int Remove(byte[] path);

    [LibraryImport("libc", EntryPoint = "setxattr", SetLastError = true)]
    private static partial int SetAttribute(byte[] path, byte[] name, byte[] value, nint length, int flags);
}
