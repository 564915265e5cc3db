using System.Globalization;
using System.Security.Cryptography;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Input;
using ModelSigning.Sigstore.Tuf;

namespace ModelSigning.Sigstore.Trust;

/// <summary>
/// The trust of one instance on this machine, in numbered folders: what an update made is staged, then gets the next number by one rename,
/// and older ones go. A folder that has its number is never changed but for the date of the last update, so a reader, who takes the
/// highest number, needs no lock and sees the old or the new trust, never parts of both.
/// </summary>
/// <param name="folder">The instance's folder.</param>
internal sealed class InstanceStore(string folder)
{
    private const string StagedPrefix = ".staged-";
    private const int HexDigits = 16;

    /// <summary>The instance's folder.</summary>
    internal string Folder => folder;

    /// <summary>Finds the newest trust.</summary>
    /// <returns>Null when nothing was ever kept.</returns>
    /// <exception cref="ModelSigningException"><see cref="TufErrors.TufCacheDamaged"/>: the folder cannot be listed.</exception>
    internal StoredTrust? Newest()
    {
        long highest = Numbers().DefaultIfEmpty().Max();
        return highest == 0 ? null : new StoredTrust(Path.Join(folder, highest.ToString(CultureInfo.InvariantCulture)));
    }

    /// <inheritdoc cref="FolderLock.Take"/>
    internal IDisposable? Lock(CancellationToken cancellationToken) => FolderLock.Take(folder, cancellationToken);

    /// <summary>Makes what an update left the newest trust; files that are the same as before are not written again. Needs the lock.</summary>
    /// <param name="draft">What the update left.</param>
    /// <param name="date">The contents of <see cref="StoredTrust.DateName"/>.</param>
    /// <returns>Whether it was kept; false when the folder cannot be written to.</returns>
    internal bool Publish(TrustDraft draft, ReadOnlySpan<byte> date)
    {
        string staged = Path.Join(folder, StagedPrefix + RandomNumberGenerator.GetHexString(HexDigits, lowercase: true));
        try
        {
            if (!draft.IsChanged)
            {
                AtomicFile.Write(Path.Join(draft.Before!.Folder, StoredTrust.DateName), date, AtomicFile.Private, exists: null);
                return true;
            }

            foreach ((string name, byte[] bytes) in draft.Files)
            {
                Write(staged, name, bytes);
            }

            Write(staged, StoredTrust.DateName, date);
            long number = Numbers().DefaultIfEmpty().Max() + 1;
            Directory.Move(staged, Path.Join(folder, number.ToString(CultureInfo.InvariantCulture)));
            RemoveAllBut(number);
            return true;
        }
        catch (Exception error) when (error is ModelSigningException or IOException or UnauthorizedAccessException)
        {
            TryDelete(staged);
            return false;
        }
    }

    private static void Write(string staged, string name, ReadOnlySpan<byte> bytes)
    {
        string path = Path.Join(staged, name);
        PrivateFolder.Create(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, bytes, AtomicFile.Private, exists: null);
    }

    /// <summary>The entries of a folder of the store; none when it does not exist.</summary>
    /// <exception cref="ModelSigningException"><see cref="TufErrors.TufCacheDamaged"/>: it cannot be listed, so its content is not known.</exception>
    internal static IReadOnlyList<string> Entries(string path)
    {
        const int notADirectory = 20;
        try
        {
            return Directory.GetFileSystemEntries(path);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (IOException error) when (!OperatingSystem.IsWindows() && error.HResult == notADirectory)
        {
            return [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw TufErrors.TufCacheDamaged.At($"The folder '{path}' cannot be listed: {error.Message}", path, error);
        }
    }

    private List<long> Numbers() => [.. Entries(folder).Select(Number).Where(number => number > 0)];

    private static long Number(string path)
    {
        string name = Path.GetFileName(path);
        return name[0] is >= '1' and <= '9' && long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number < long.MaxValue ? number : 0;
    }

    // What other updates left: older trust, and stages that were never finished.
    private void RemoveAllBut(long number)
    {
        foreach (string entry in Directory.EnumerateDirectories(folder))
        {
            if ((Number(entry) is > 0 and long other && other != number) || Path.GetFileName(entry).StartsWith(StagedPrefix, StringComparison.Ordinal))
            {
                TryDelete(entry);
            }
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // On Windows a file that is being read stays; the next update deletes it.
            return;
        }
    }
}

/// <summary>What one update left: metadata, the chain of roots, targets, and the address they came from. Nothing of it is trusted before it verifies.</summary>
/// <param name="folder">The numbered folder.</param>
internal sealed class StoredTrust(string folder)
{
    /// <summary>The date of the last update that found this trust to be the newest.</summary>
    internal const string DateName = "updated.json";

    internal string Folder => folder;

    /// <summary>A file's bytes; null when there is none, or none that can be read.</summary>
    /// <param name="name">Its path in the folder.</param>
    /// <param name="maximum">The most bytes that are read.</param>
    internal byte[]? Load(string name, int maximum)
    {
        try
        {
            return BoundedFile.Read(Path.Join(folder, name), new InputRules("stored file", maximum, TufErrors.TufCacheDamaged));
        }
        catch (ModelSigningException)
        {
            return null;
        }
    }

    /// <summary>The paths of all files but the date.</summary>
    /// <exception cref="IOException">The folder cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be listed.</exception>
    internal IEnumerable<string> Names() => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/')).Where(name => name != DateName && !AtomicFile.IsPartial(Path.GetFileName(name.AsSpan())));
}
