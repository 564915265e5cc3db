using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace ModelSigning.Core.Files;

/// <summary>
/// Lists a folder by its raw names; not on Windows. .NET's own listing gives text, in which names that are not UTF-8 look like others. The
/// runtime's <c>readdir</c> is asked,
/// whose structure is the same on every system, unlike that of the C library.
/// </summary>
internal sealed partial class UnixFolder : IDisposable
{
    private const int EndOfFolder = -1;

    private readonly int _descriptor;
    private nint _stream;

    /// <summary>Opens a folder.</summary>
    /// <exception cref="UnauthorizedAccessException">This user may not list it.</exception>
    /// <exception cref="IOException">It does not exist, it is not a folder, or the operating system reports an error.</exception>
    public UnixFolder(string path)
    {
        _stream = OpenDir(path);
        if (_stream == 0)
        {
            throw UnixErrors.Exception(Marshal.GetLastPInvokeError());
        }

        _descriptor = FileStatus.HasFolders ? DescriptorOf(_stream) : -1;
    }

    /// <summary>Asks for the status of what has a name in the folder, links not followed: the system looks the name up, and not the path of the folder again.</summary>
    /// <param name="name">The name, and a zero byte.</param>
    /// <returns>The status; null where this system is not asked so, or does not answer.</returns>
    public FileStatus? StatusOf(ReadOnlySpan<byte> name) => _descriptor < 0 ? null : FileStatus.InFolder(_descriptor, name);

    /// <summary>The next name, without <c>.</c> and <c>..</c>; it lies in the system's memory until the next call.</summary>
    /// <returns>Whether there is one.</returns>
    public unsafe bool Next(out ReadOnlySpan<byte> name)
    {
        do
        {
            Entry entry;
            int result = ReadDir(_stream, &entry);
            if (result != 0)
            {
                name = default;
                return result == EndOfFolder ? false : throw UnixErrors.Exception(result);
            }

            name = entry.NameLength >= 0 ? new(entry.Name, entry.NameLength) : MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry.Name);
        }
        while (name.SequenceEqual("."u8) || name.SequenceEqual(".."u8));

        return true;
    }

    /// <summary>
    /// Whether .NET reads another name of the folder as <paramref name="name"/>, so that its text does not say which of the two is meant.
    /// </summary>
    public static bool HasDouble(string path, string name)
    {
        using UnixFolder folder = new(path);
        while (folder.Next(out ReadOnlySpan<byte> raw))
        {
            if (!Utf8.IsValid(raw) && Encoding.UTF8.GetString(raw) == name)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Closes the folder.</summary>
    public void Dispose()
    {
        if (_stream != 0)
        {
            _ = CloseDir(_stream);
            _stream = 0;
        }
    }

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_OpenDir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint OpenDir(string path);

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_ReadDir")]
    private static unsafe partial int ReadDir(nint stream, Entry* entry);

    [LibraryImport("libc", EntryPoint = "dirfd")]
    private static partial int DescriptorOf(nint stream);

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_CloseDir")]
    private static partial int CloseDir(nint stream);

    // DirectoryEntry of the runtime's pal_io.h.
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct Entry
    {
        public byte* Name;
        public int NameLength;
        public int Type;
    }
}
