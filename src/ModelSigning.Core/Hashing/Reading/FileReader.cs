using Microsoft.Win32.SafeHandles;
using ModelSigning.Core.Files;

namespace ModelSigning.Core.Hashing.Reading;

/// <summary>A file that is open for reading at any position.</summary>
internal abstract class FileReader : IDisposable
{
    /// <summary>The length in bytes from which on the system is told that a file is read from front to back.</summary>
    protected const long LongFile = 1024 * 1024;

    /// <summary>Opens a file.</summary>
    /// <param name="path">Its full path.</param>
    /// <param name="length">How many bytes will be read.</param>
    /// <param name="followLinks">Whether the path itself may be a link; one in its folders is followed in any case.</param>
    /// <exception cref="IOException">It cannot be opened; <see cref="FileNotFoundException"/> and its like when it does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="ArgumentException">No file can have this path.</exception>
    public static FileReader Open(string path, long length, bool followLinks = true) =>
        UnixFileReader.IsSupported ? UnixFileReader.OpenFile(path, length, followLinks)
        : followLinks || FileStatus.Of(path).Kind is FileKind.File or FileKind.Missing ? new HandleFileReader(path, length)
        : throw new IOException("It is a link, not a file.");

    /// <summary>What is the same as long as nobody modifies the file or puts another one in its place; the default where the system does not tell.</summary>
    public virtual FileState State => default;

    /// <summary>Reads once.</summary>
    /// <returns>How many bytes were read; 0 at the end of the file.</returns>
    /// <exception cref="IOException">The system reports an error.</exception>
    public abstract int Read(Span<byte> destination, long offset);

    public abstract void Dispose();
}

/// <summary>A file by .NET's own handle: for any system.</summary>
internal sealed class HandleFileReader(string path, long length) : FileReader
{
    // Others may write or delete the file meanwhile: a change is detected by the file's length or its digest.
    private readonly SafeFileHandle _handle = File.OpenHandle(
        path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, length >= LongFile ? FileOptions.SequentialScan : FileOptions.None);

    public override FileState State
    {
        get
        {
            try
            {
                return new((File.GetLastWriteTimeUtc(_handle) - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick, 0, 0, 0);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // A share that went away is another state than any.
                return default;
            }
        }
    }

    public override int Read(Span<byte> destination, long offset) => RandomAccess.Read(_handle, destination, offset);

    public override void Dispose() => _handle.Dispose();
}
