using System.Diagnostics;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Input;

namespace ModelSigning.Sigstore.Tuf;

/// <summary>
/// The metadata that earlier updates left, under plain names (<c>root.json</c>). The folder may be absent, read-only or shared by
/// processes: what cannot be written is not kept, and the update goes on; nothing is written before it was verified.
/// </summary>
/// <param name="folder">The folder; null keeps nothing.</param>
internal sealed class MetadataStore(string? folder)
{
    private const string LockName = ".lock";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Whether something could not be kept, because the folder cannot be written to.</summary>
    internal bool IsReadOnly { get; private set; }

    /// <summary>The folder; null when nothing is kept.</summary>
    internal string? Folder => folder;

    /// <summary>A file's bytes; null when there is none, or none that can be read.</summary>
    internal byte[]? Load(string name, int maximum)
    {
        if (folder is null)
        {
            return null;
        }

        try
        {
            return BoundedFile.Read(Path.Join(folder, name), new InputRules("metadata file", maximum, TufErrors.TufCacheDamaged));
        }
        catch (ModelSigningException)
        {
            // Fetched and verified anew; a damaged copy gives no trust.
            return null;
        }
    }

    /// <summary>Keeps a verified file.</summary>
    internal void Save(string name, ReadOnlySpan<byte> bytes)
    {
        if (folder is null || IsReadOnly)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(folder);
            AtomicFile.Write(Path.Join(folder, name), bytes,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, exists: null);
        }
        catch (Exception error) when (error is ModelSigningException or IOException or UnauthorizedAccessException)
        {
            IsReadOnly = true;
        }
    }

    /// <summary>Forgets a file.</summary>
    internal void Delete(string name)
    {
        if (folder is null || IsReadOnly)
        {
            return;
        }

        try
        {
            File.Delete(Path.Join(folder, name));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            IsReadOnly = true;
        }
    }

    /// <summary>Keeps other processes from updating the same folder meanwhile.</summary>
    /// <returns>What ends that when disposed of; null when the folder cannot be written to, so that there is nothing to protect.</returns>
    /// <exception cref="ModelSigningException"><see cref="TufErrors.TufCacheBusy"/>.</exception>
    internal IDisposable? Lock(CancellationToken cancellationToken)
    {
        if (folder is null)
        {
            return null;
        }

        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                Directory.CreateDirectory(folder);
                return new FileStream(Path.Join(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            }
            catch (UnauthorizedAccessException)
            {
                IsReadOnly = true;
                return null;
            }
            catch (IOException error) when (File.Exists(Path.Join(folder, LockName)))
            {
                if (Stopwatch.GetElapsedTime(started) > Patience)
                {
                    throw TufErrors.TufCacheBusy.At($"Another process has been updating '{folder}' for more than {Patience.TotalSeconds:0} seconds.", folder, error);
                }

                cancellationToken.WaitHandle.WaitOne(Pause);
                cancellationToken.ThrowIfCancellationRequested();
            }
            catch (IOException)
            {
                // A read-only file system, or no folder where one should be.
                IsReadOnly = true;
                return null;
            }
        }
    }
}
