using System.Diagnostics;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Claims;

/// <summary>
/// The file that holds the claims about a model, <c>NAME.claims.jsonl</c> beside it: JSON Lines, each line one complete Sigstore bundle, only ever added to.
/// </summary>
/// <remarks>
/// It never lies inside the model: an unsigned file there makes every verifier refuse the model. Lines are added in place and under the file's lock,
/// so that nothing that is there is ever written again; a line that was cut off by a crash is closed by the next one and counts for nothing.
/// </remarks>
public static class ClaimsFile
{
    /// <summary>What is added to the model's path.</summary>
    public const string Suffix = ".claims.jsonl";

    /// <summary>The longest line that is read or written: 16 MiB.</summary>
    public const int MaximumLineLength = 16 * 1024 * 1024;

    /// <summary>The largest file that is read: 256 MiB.</summary>
    public const long MaximumLength = 256 * 1024 * 1024;

    /// <summary>The most lines that are read: 100,000.</summary>
    public const int MaximumLines = 100_000;

    private const string Extension = ".jsonl";
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Where the claims about a model lie: beside it.</summary>
    /// <param name="modelPath">The model; a relative path starts at <paramref name="currentDirectory"/>.</param>
    /// <param name="currentDirectory">A full path.</param>
    /// <returns>A full path.</returns>
    /// <exception cref="ModelSigningException"><see cref="ClaimErrors.PathInvalid"/>: nothing lies beside the root of a file system.</exception>
    public static string Default(string modelPath, string currentDirectory)
    {
        string model = ModelLocation.FullPath(modelPath, currentDirectory);
        return Path.GetFileName(model).Length > 0
            ? model + Suffix
            : throw ClaimErrors.PathInvalid.At($"The model '{model}' is the root of a file system, so it has no claims file beside it.", model, cure: "Specify a file with -ClaimsPath.");
    }

    /// <summary>Checks, before anyone is asked for a password, that a claim about a model can be added to a file.</summary>
    /// <param name="path">The file's full path.</param>
    /// <param name="modelPath">The model's full path.</param>
    /// <param name="rules">How the file system reads names.</param>
    /// <exception cref="ModelSigningException"><see cref="ClaimErrors.PathInvalid"/>, or one of <see cref="FileErrors"/>.</exception>
    internal static void CheckAppendable(string path, string modelPath, FileSystemRules rules)
    {
        ArgumentNullException.ThrowIfNull(path);
        CheckPath(path);
        ModelLocation model = ModelLocation.Find(modelPath, modelPath, allowSymlinks: true, rules);
        if (model.RelativeName(path) is { } name && (model.FileName is null || name == model.FileName))
        {
            throw ClaimErrors.PathInvalid.At($"The claims file '{path}' would be inside the model '{modelPath}', which would then not verify.", path);
        }

        if (FileStatus.Of(path).Kind == FileKind.Missing)
        {
            AtomicFile.CheckWritable(path, exists: null);
        }
    }

    /// <summary>Adds a claim as the last line. The lines that are there stay as they are, whatever happens.</summary>
    /// <param name="path">The file's full path; the file is made if there is none.</param>
    /// <param name="bundle">The claim.</param>
    /// <param name="cancellationToken">Ends the wait for other writers; nothing is written then.</param>
    /// <exception cref="ModelSigningException">
    /// <see cref="ClaimErrors.LineTooLong"/>, <see cref="ClaimErrors.FileTooLarge"/>, <see cref="ClaimErrors.PathInvalid"/>, <see cref="ClaimErrors.FileBusy"/>, or one of
    /// <see cref="FileErrors"/>.
    /// </exception>
    public static void Append(string path, Bundle bundle, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        byte[] line = BundleWriter.Write(bundle);
        if (line.Length > MaximumLineLength)
        {
            throw ClaimErrors.LineTooLong.At($"The claim has {line.Length} bytes; the limit is {MaximumLineLength}.", path);
        }

        CheckPath(path);
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                using FileStream stream = new(path, LockedForAdding());

                // Somebody may have put another thing in the file's place since.
                CheckPath(path);
                Append(stream, line, path);
                return;
            }
            catch (Exception error) when (SharingViolation.Is(error))
            {
                if (Stopwatch.GetElapsedTime(started) > Patience)
                {
                    throw ClaimErrors.FileBusy.At($"The claims file '{path}' is locked by another process, and nothing was written.", path, error);
                }

                cancellationToken.WaitHandle.WaitOne(Pause);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw AtomicFile.WriteError(path, error);
            }
        }
    }

    /// <summary>Waits until nobody is adding to a file, so that a line that ends in the middle is not one that is being written.</summary>
    internal static void AwaitWriter(string path, CancellationToken cancellationToken)
    {
        for (long started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Patience; cancellationToken.WaitHandle.WaitOne(Pause))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                using FileStream unlocked = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
                return;
            }
            catch (Exception error) when (SharingViolation.Is(error))
            {
                continue;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // What can be read of it was read.
                return;
            }
        }
    }

    private static FileStreamOptions LockedForAdding()
    {
        FileStreamOptions options = new() { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Mode;
        }

        return options;
    }

    private static void Append(FileStream stream, byte[] line, string path)
    {
        long length = stream.Length;
        bool closed = length == 0;
        if (!closed)
        {
            stream.Position = length - 1;
            closed = stream.ReadByte() == '\n';
        }

        byte[] added = closed ? [.. line, (byte)'\n'] : [(byte)'\n', .. line, (byte)'\n'];
        if (length + added.Length > MaximumLength)
        {
            throw ClaimErrors.FileTooLarge.At($"The claims file '{path}' has {length} bytes and would become larger than {MaximumLength}, which is the limit.", path);
        }

        try
        {
            stream.Position = length;
            stream.Write(added);
            stream.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // A file that was made for this stays, empty: another process may be waiting for its lock.
            stream.SetLength(length);
            throw;
        }
    }

    // The name keeps a slip from adding a line to a key or a model; a link could lead to one.
    private static void CheckPath(string path)
    {
        if (!path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
        {
            throw ClaimErrors.PathInvalid.At($"The claims file '{path}' does not have the extension {Extension}.", path);
        }

        try
        {
            if (FileStatus.Of(path).Kind is not (FileKind.File or FileKind.Missing))
            {
                throw ClaimErrors.PathInvalid.At($"'{path}' is a link, a folder or a device, not a claims file.", path);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.WriteError(path, error);
        }
    }
}
