using System.Diagnostics;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;

namespace ModelSigning.Sigstore.Tuf;

/// <summary>Keeps other processes from updating the same folder meanwhile. Readers need no lock.</summary>
internal static class FolderLock
{
    private const string Name = ".lock";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Takes the lock, and makes the folder where it is missing.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What ends the lock when disposed of; null when the folder cannot be written to, so that there is nothing to protect.</returns>
    /// <exception cref="ModelSigningException"><see cref="TufErrors.TufCacheBusy"/>.</exception>
    internal static IDisposable? Take(string folder, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                PrivateFolder.Create(folder);
                FileStreamOptions options = new() { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
                if (!OperatingSystem.IsWindows())
                {
                    options.UnixCreateMode = AtomicFile.Private;
                }

                return new FileStream(Path.Join(folder, Name), options);
            }
            catch (IOException error) when (SharingViolation.Is(error))
            {
                if (Stopwatch.GetElapsedTime(started) > Patience)
                {
                    throw TufErrors.TufCacheBusy.At(
                        Invariant($"Another process has been updating '{folder}' for more than {Patience.TotalSeconds:0} seconds."), folder, error);
                }

                cancellationToken.WaitHandle.WaitOne(Pause);
                cancellationToken.ThrowIfCancellationRequested();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // A read-only file system, a folder of another user, or a file where the folder should be; a lock that was left there means nothing.
                return null;
            }
        }
    }
}
