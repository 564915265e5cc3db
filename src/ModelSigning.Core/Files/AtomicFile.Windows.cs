using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Files;

// Windows: the file is renamed by the handle that wrote it, so that no other process can take it for a leftover in between.
internal static partial class AtomicFile
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    [SupportedOSPlatform("windows")]
    private static void WriteOnWindows<T>(string partial, string path, T content, Action<Stream, T> write, UnixFileMode mode, ErrorDefinition? exists)
        where T : allows ref struct
    {
        const int fileExists = 80, alreadyExists = 183;
        using SafeFileHandle file = WindowsFile.Create(partial, (mode & Others) == UnixFileMode.None ? WindowsAccess.ForThisUser() : null);
        using FileStream stream = new(file, FileAccess.Write, bufferSize: 0);
        write(stream, content);
        stream.Flush(flushToDisk: true);
        int error = WindowsReplacement.Try(() => WindowsFile.Rename(file, path, replace: exists is null), Thread.Sleep);
        if (error != 0)
        {
            throw exists is not null && error is fileExists or alreadyExists ? Exists(path, exists!) : NotReplaced(path, error);
        }
    }

    /// <summary>Refuses, before long work, to replace a file that is read-only or that another program keeps open.</summary>
    [SupportedOSPlatform("windows")]
    private static void CheckReplaceable(string path)
    {
        const int missing = 2;
        if (FileStatus.Of(path).Kind == FileKind.File
            && WindowsReplacement.Try(() => WindowsFile.TryOpenForDeletion(path), Thread.Sleep) is int error and not missing
            && (error != 0 || File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly)))
        {
            throw NotReplaced(path, error);
        }
    }

    [SupportedOSPlatform("windows")]
    private static Exception NotReplaced(string path, int error)
    {
        FileAttributes attributes = File.Exists(path) ? File.GetAttributes(path) : FileAttributes.Normal;
        return WindowsReplacement.Refusal(path, attributes, error) ?? WindowsFile.Failure(error);
    }
}
