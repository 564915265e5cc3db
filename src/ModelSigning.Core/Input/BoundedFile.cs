using System.Security.Cryptography;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;

namespace ModelSigning.Core.Input;

/// <summary>Reads small files from outside: never more bytes than the rules allow, whatever the file system says about its length.</summary>
internal static class BoundedFile
{
    // Between two looks at the cancellation token.
    private const int LongestRead = 4 * 1024 * 1024;

    // What has no length cannot be read into a buffer of the right size, and one that grows has itself twice for a moment.
    private const int LongestPipe = 64 * 1024 * 1024;

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file's path; the target of every error.</param>
    /// <param name="rules">The bound and the errors.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The file's bytes, at most <see cref="InputRules.MaximumLength"/>.</returns>
    /// <exception cref="ModelSigningException">The file does not exist, cannot be read or is too large.</exception>
    public static byte[] Read(string path, InputRules rules, CancellationToken cancellationToken = default) =>
        Open(path, rules, stream => Read(stream, path, rules, cancellationToken));

    /// <summary>Opens a file and reads it as a stream. Its length is for the reader to bound.</summary>
    /// <param name="path">The file's path; the target of every error.</param>
    /// <param name="rules">The errors.</param>
    /// <param name="read">Reads the file.</param>
    /// <returns>What was read.</returns>
    /// <exception cref="ModelSigningException">The file does not exist or cannot be read, or what <paramref name="read"/> throws.</exception>
    internal static T Open<T>(string path, InputRules rules, Func<FileStream, T> read)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(rules);
        try
        {
            using FileStream stream = IsOfTheShell(path)
                ? new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0)
                : RegularFile.Open(path);
            return read(stream);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or ArgumentException)
        {
            throw rules.NotFound.At($"The {rules.What} '{path}' does not exist.", path, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw rules.Unreadable.At($"The {rules.What} '{path}' cannot be read: {error.Message}", path, error, Directory.Exists(path) ? "Specify the path of a file." : null);
        }
    }

    // What a shell hands over, such as bash's <(command), is a pipe with a writer. Anything else is a file or refused, because a model from
    // outside may have a FIFO where its signature belongs.
    private static bool IsOfTheShell(string path) => !OperatingSystem.IsWindows() && Path.GetFullPath(path) is { } full
        && (full.StartsWith("/dev/fd/", StringComparison.Ordinal) || full.StartsWith("/proc/self/fd/", StringComparison.Ordinal) || full == "/dev/stdin");

    /// <summary>Reads all of a file that is open.</summary>
    /// <inheritdoc cref="Read(string, InputRules, CancellationToken)"/>
    internal static byte[] Read(FileStream stream, string path, InputRules rules, CancellationToken cancellationToken)
    {
        // What the file system reports may be 0 (a pipe) or change meanwhile; only what arrives counts. A file of the reported length is read without a copy.
        long reported = stream.CanSeek ? stream.Length : 0;
        int most = reported > 0 ? rules.MaximumLength : Math.Min(rules.MaximumLength, LongestPipe);
        if (reported > most)
        {
            throw TooLarge(path, most, rules);
        }

        byte[] buffer = reported > 0 ? GC.AllocateUninitializedArray<byte>((int)reported) : new byte[1024];
        int length = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (length == buffer.Length)
            {
                int next = stream.ReadByte();
                if (next < 0)
                {
                    return buffer;
                }

                buffer = Resized(buffer, (int)Math.Min(buffer.Length * 2L, most + 1L));
                buffer[length++] = (byte)next;
            }

            int read = stream.Read(buffer, length, Math.Min(buffer.Length - length, LongestRead));
            length += read;
            if (length > most)
            {
                throw TooLarge(path, most, rules);
            }

            if (read == 0 && length < buffer.Length)
            {
                return Resized(buffer, length);
            }
        }
    }

    // The file may hold a private key; the caller clears the only copy.
    private static byte[] Resized(byte[] buffer, int length)
    {
        byte[] other = new byte[length];
        buffer.AsSpan(0, Math.Min(length, buffer.Length)).CopyTo(other);
        CryptographicOperations.ZeroMemory(buffer);
        return other;
    }

    private static ModelSigningException TooLarge(string path, int most, InputRules rules) => rules.TooLarge.At(Invariant($"The {rules.What} '{path}' is larger than {most} bytes, which is the limit."), path);
}
