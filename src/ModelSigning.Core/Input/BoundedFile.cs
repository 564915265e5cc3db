using System.Globalization;
using System.Security.Cryptography;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;

namespace ModelSigning.Core.Input;

/// <summary>Reads small files from outside: never more bytes than the rules allow, whatever the file system says of its length.</summary>
public static class BoundedFile
{
    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file's path; the target of every error.</param>
    /// <param name="rules">The bound and the errors.</param>
    /// <returns>The file's bytes, at most <see cref="InputRules.MaximumLength"/>.</returns>
    /// <exception cref="ModelSigningException">The file is not there, cannot be read or is too large.</exception>
    public static byte[] Read(string path, InputRules rules)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(rules);
        try
        {
            if (WaitsForWriter(path))
            {
                throw rules.Unreadable.At($"The {rules.What} '{path}' is a FIFO, a socket or a device and no file.", path);
            }

            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return Read(stream, path, rules);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or ArgumentException)
        {
            throw rules.NotFound.At($"There is no {rules.What} at '{path}'.", path, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw rules.Unreadable.At($"The {rules.What} '{path}' cannot be read: {error.Message}", path, error);
        }
    }

    // Opening a FIFO waits until somebody writes to it, and a model from outside may have one where its signature belongs. What a
    // shell hands over in /dev, such as bash's <(command), has its writer.
    private static bool WaitsForWriter(string path) =>
        !OperatingSystem.IsWindows() && Path.GetFullPath(path) is { } full && !full.StartsWith("/dev/", StringComparison.Ordinal)
        && FileStatus.Of(ResolvedPath.Of(full)).Kind == FileKind.Special;

    private static byte[] Read(FileStream stream, string path, InputRules rules)
    {
        // What the file system reports may be 0 (a pipe) or change meanwhile; only what arrives counts.
        long reported = stream.CanSeek ? stream.Length : 0;
        if (reported > rules.MaximumLength)
        {
            throw TooLarge(path, rules);
        }

        byte[] buffer = new byte[Math.Max((int)reported, 1024) + 1];
        int length = 0;
        for (int read; (read = stream.Read(buffer, length, buffer.Length - length)) > 0;)
        {
            length += read;
            if (length > rules.MaximumLength)
            {
                throw TooLarge(path, rules);
            }

            if (length == buffer.Length)
            {
                byte[] larger = new byte[(int)Math.Min((long)buffer.Length * 2, (long)rules.MaximumLength + 1)];
                buffer.CopyTo(larger, 0);
                CryptographicOperations.ZeroMemory(buffer);
                buffer = larger;
            }
        }

        // The file may hold a private key; the caller clears the only copy.
        byte[] content = buffer.AsSpan(0, length).ToArray();
        CryptographicOperations.ZeroMemory(buffer);
        return content;
    }

    private static ModelSigningException TooLarge(string path, InputRules rules) => rules.TooLarge.At(string.Create(
        CultureInfo.InvariantCulture, $"The {rules.What} '{path}' is larger than {rules.MaximumLength} bytes, the most that is read."), path);
}
