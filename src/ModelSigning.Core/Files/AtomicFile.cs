using System.Buffers;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Files;

/// <summary>
/// Writes files that appear whole or not at all: into a file of its own in the same folder, to the disk, then under the final
/// name in one step. Whatever ends the process on the way, the name has what it had.
/// </summary>
internal static partial class AtomicFile
{
    private const string PartialPrefix = ".modelsigning-", PartialSuffix = ".partial";
    private const int RandomDigits = 16, WriteAttempts = 5, CreateAttempts = 1000, UnlockedLooks = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>The permissions of a file that only its owner reads and writes; it has them whatever the process's mask says.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a file.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="mode">The file's permissions on Unix, before the process's mask, which <see cref="Private"/> overrides.</param>
    /// <param name="exists">The error to report when something has that name already; null to replace it.</param>
    /// <exception cref="ModelSigningException"><paramref name="exists"/>, or one of <see cref="FileErrors"/>.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode, ErrorDefinition? exists) =>
        Write(path, content, static (stream, bytes) => stream.Write(bytes), mode, exists);

    /// <summary>Writes a file as a stream.</summary>
    /// <inheritdoc cref="Write(string, ReadOnlySpan{byte}, UnixFileMode, ErrorDefinition?)"/>
    /// <param name="path">The full path.</param>
    /// <param name="content">What is written.</param>
    /// <param name="write">Writes it, from the beginning each time that it is called. If it throws, no file is left behind.</param>
    /// <param name="mode">The file's permissions on Unix, before the process's mask, which <see cref="Private"/> overrides.</param>
    /// <param name="exists">The error to report when something has that name already; null to replace it.</param>
    internal static void Write<T>(string path, T content, Action<Stream, T> write, UnixFileMode mode, ErrorDefinition? exists)
        where T : allows ref struct
    {
        for (int attempt = 1; ; attempt++)
        {
            string partial = PartialPath(path);
            try
            {
                if (OperatingSystem.IsWindows())
                {
                    WriteOnWindows(partial, path, content, write, mode, exists);
                    return;
                }

                using FileStream stream = Create(path, mode, ref partial);
                GiveToOwner(stream, mode);
                write(stream, content);
                stream.Flush(flushToDisk: true);

                // Still locked, so that no other signing takes it for a leftover; the lock, which goes along with the file, lets readers in.
                Publish(partial, path, exists);
                return;
            }
            catch (IOException error) when (attempt < WriteAttempts && (error is FileNotFoundException || SharingViolation.Is(error)))
            {
                // Another process took the file for a leftover, because the file system has no such locks, or on Windows in the moment before it was locked.
                continue;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw WriteError(path, error);
            }
            finally
            {
                TryDelete(partial);
            }
        }
    }

    /// <summary>
    /// Waits until files that another process is writing (<see cref="IsPartial"/>) have got their final names or were deleted: someone who
    /// lists a folder beside a writer sees them for a moment.
    /// </summary>
    /// <param name="paths">The files' full paths.</param>
    /// <param name="patience">How long all of them together are waited for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Those that are gone.</returns>
    public static IReadOnlySet<string> AwaitWriters(IReadOnlyList<string> paths, TimeSpan patience, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(paths);
        long started = Stopwatch.GetTimestamp();
        int unlocked = 0;
        for (string[] pending = [.. paths]; pending.Length > 0 && unlocked < UnlockedLooks && Stopwatch.GetElapsedTime(started) < patience;)
        {
            // One that was made just now is not locked yet, so that a single look tells nothing.
            cancellationToken.WaitHandle.WaitOne(Pause);
            cancellationToken.ThrowIfCancellationRequested();
            pending = [.. pending.Where(path => FileStatus.Of(path).Kind != FileKind.Missing)];
            unlocked = pending.Any(IsLocked) ? 0 : unlocked + 1;
        }

        return paths.Where(path => FileStatus.Of(path).Kind == FileKind.Missing).ToHashSet();
    }

    /// <summary>Checks, before long work, that a file can be written later: nothing of that name, and a folder that takes files.</summary>
    /// <inheritdoc cref="Write"/>
    public static void CheckWritable(string path, ErrorDefinition? exists)
    {
        try
        {
            if (Directory.Exists(path))
            {
                throw FileErrors.OutputIsFolder.At($"'{path}' is a folder.", path);
            }

            if (exists is not null && FileStatus.Of(path).Kind != FileKind.Missing)
            {
                throw Exists(path, exists);
            }

            if (exists is null && OperatingSystem.IsWindows())
            {
                CheckReplaceable(path);
            }

            using FileStream stream = new(PartialPath(path), Options(UnixFileMode.UserRead | UnixFileMode.UserWrite, FileOptions.DeleteOnClose));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw WriteError(path, error);
        }
    }

    /// <summary>Whether a file's name is one that <see cref="Write"/> uses until it is done.</summary>
    public static bool IsPartial(ReadOnlySpan<char> name) =>
        name.Length == PartialPrefix.Length + RandomDigits + PartialSuffix.Length
        && name.StartsWith(PartialPrefix, StringComparison.Ordinal) && name.EndsWith(PartialSuffix, StringComparison.Ordinal)
        && name.Slice(PartialPrefix.Length, RandomDigits).IndexOfAnyExcept(HexDigits) < 0;

    /// <summary>
    /// Deletes what killed processes left in a folder. A file that another process is writing is locked, and stays.
    /// </summary>
    public static void RemoveLeftovers(string directory)
    {
        string[] partials;
        try
        {
            partials = Directory.GetFiles(directory, PartialPrefix + "*");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The walk or the writing says what is wrong with the folder.
            return;
        }

        foreach (string path in partials.Where(path => IsPartial(Path.GetFileName(path.AsSpan()))))
        {
            RemoveLeftover(path);
        }
    }

    private static void RemoveLeftover(string path)
    {
        try
        {
            if (FileStatus.Of(path).Kind == FileKind.File)
            {
                using FileStream unlocked = new(path, FileMode.Open, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Someone is writing it, or it belongs to someone else. It is not signed in any case.
            return;
        }
    }

    // A mask takes permissions away: one that is odd enough takes the owner's, and a private file could not be read again.
    private static void GiveToOwner(FileStream stream, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows() && mode == Private && (File.GetUnixFileMode(stream.SafeFileHandle) & Private) != Private)
        {
            File.SetUnixFileMode(stream.SafeFileHandle, Private);
        }
    }

    private static bool IsLocked(string path)
    {
        try
        {
            if (FileStatus.Of(path).Kind == FileKind.File)
            {
                using FileStream unlocked = new(path, FileMode.Open, FileAccess.Read, FileShare.None, bufferSize: 0);
            }

            return false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return SharingViolation.Is(error);
        }
    }

    /// <summary>A new name beside a file that <see cref="IsPartial"/>.</summary>
    internal static string PartialPath(string path) =>
        Path.Join(Path.GetDirectoryName(path), $"{PartialPrefix}{RandomNumberGenerator.GetHexString(RandomDigits, lowercase: true)}{PartialSuffix}");

    // Another process can take the file for a leftover in the moment before it is locked: then there is nothing to write yet, and another one is made.
    private static FileStream Create(string path, UnixFileMode mode, ref string partial)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                FileStream stream = new(partial, Options(mode, FileOptions.None));
                if (FileStatus.Of(partial).Kind != FileKind.Missing || attempt == CreateAttempts)
                {
                    return stream;
                }

                stream.Dispose();
            }
            catch (IOException error) when (attempt < CreateAttempts && SharingViolation.Is(error))
            {
                TryDelete(partial);
            }

            partial = PartialPath(path);
        }
    }

    private static FileStreamOptions Options(UnixFileMode mode, FileOptions fileOptions)
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read,
            BufferSize = 0,
            Options = fileOptions,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        return options;
    }

    private static void Publish(string partial, string path, ErrorDefinition? exists)
    {
        if (exists is null)
        {
            File.Move(partial, path, overwrite: true);
        }
        else if (Link(partial, path) != 0)
        {
            // File.Move without overwriting would copy where the file system has no hard links, and a copy is not one step.
            if (FileStatus.Of(path).Kind != FileKind.Missing)
            {
                throw Exists(path, exists);
            }

            File.Move(partial, path, overwrite: true);
        }
    }

    private static ModelSigningException Exists(string path, ErrorDefinition exists) =>
        exists.At($"'{path}' already exists and was not overwritten.", path);

    /// <summary>The refusal for what the operating system reports.</summary>
    internal static ModelSigningException WriteError(string path, Exception error)
    {
        const int windowsDiskFull = unchecked((int)0x80070070), windowsHandleDiskFull = unchecked((int)0x80070027);
        const int noSpace = 28, readOnly = 30, linuxQuota = 122, macQuota = 69;
        string? folder = Path.GetDirectoryName(path);
        return error switch
        {
            DirectoryNotFoundException => FileErrors.FolderNotFound.At($"The folder '{folder}' does not exist.", folder, error),
            UnauthorizedAccessException or { HResult: readOnly } => FileErrors.FolderNotWritable.At($"'{path}' cannot be written: {error.Message}", path, error),
            { HResult: windowsDiskFull or windowsHandleDiskFull or noSpace or linuxQuota or macQuota } =>
                FileErrors.DiskFull.At($"The disk of '{path}' is full. Nothing was changed.", path, error),
            _ => FileErrors.FileWriteFailed.At($"'{path}' cannot be written: {error.Message}", path, error),
        };
    }

    /// <summary>Deletes a file of one's own that may be gone.</summary>
    internal static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The error that led here matters more; the name tells the next signing what the file is.
            return;
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string created);
}
