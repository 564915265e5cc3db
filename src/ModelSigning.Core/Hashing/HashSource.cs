using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing.Reading;

namespace ModelSigning.Core.Hashing;

/// <summary>Where the bytes of a job's items come from. The engine knows names and lengths; what lies behind a name is the source's business.</summary>
public abstract class HashSource
{
    /// <summary>What errors name as the place of a file: the full path of what is read for it.</summary>
    /// <param name="name">A name of <see cref="HashItem"/>.</param>
    public abstract string PathOf(string name);

    /// <summary>Where a store keeps a file that it names otherwise, such as <c>blobs/1f0a…</c>; null where the name itself is on the disk.</summary>
    /// <param name="name">A name of <see cref="HashItem"/>.</param>
    public virtual string? StoredAs(string name) => null;

    /// <summary>The files of a folder.</summary>
    /// <param name="directory">The full path of the folder that names are relative to.</param>
    public static HashSource Folder(string directory) => Folder(directory, followLinks: true);

    /// <inheritdoc cref="Folder(string)"/>
    /// <param name="directory">The full path of the folder that names are relative to.</param>
    /// <param name="followLinks">Whether files may be links. Folders below may not, where the operating system can be told so (Linux).</param>
    internal static HashSource Folder(string directory, bool followLinks) => new FolderSource(directory, followLinks);

    /// <summary>Whether the files lie on a network drive.</summary>
    internal virtual bool IsOnNetwork => false;

    /// <summary>Whether <see cref="DigestOf"/> has answers.</summary>
    internal virtual bool HasDigests => false;

    /// <summary>The digest of an item that could be read only once, and so was hashed when it was found; null for one that is to be hashed.</summary>
    internal virtual ReadOnlyMemory<byte>? DigestOf(HashItem item) => null;

    /// <summary>Whether the source says what digest each file has, so that <see cref="ReadChecked"/> reads them.</summary>
    internal virtual bool IsChecked => false;

    /// <summary>Reads a file once, from front to back, and checks it against what the source says about it. A file that was read already when it was found is left out.</summary>
    /// <param name="name">A name of <see cref="HashItem"/>.</param>
    /// <param name="read">Reads as much of it as it wants, and says whether the rest is to be read and the file checked.</param>
    /// <param name="progress">Where the bytes are counted.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="Errors.ModelSigningException">The file is not what the source says, or <paramref name="read"/> refused it.</exception>
    internal virtual void ReadChecked(string name, Func<Stream, bool> read, HashProgress progress, CancellationToken cancellationToken)
    {
    }

    /// <summary>Checks what was hashed against what the source says about it, such as a registry's digests.</summary>
    /// <param name="job">The job that has digests of files of this source.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="Errors.ModelSigningException">They differ.</exception>
    internal virtual void Check(HashJob job, CancellationToken cancellationToken)
    {
    }

    /// <summary>Whether a file that is said to have no bytes can be read and has none. One of the operating system's kernel is said to have none whatever is in it.</summary>
    /// <param name="name">A name of <see cref="HashItem"/>.</param>
    internal virtual bool IsEmpty(string name)
    {
        try
        {
            using FileReader reader = Open(name, 0);
            return reader.Read(stackalloc byte[1], 0) == 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Opens a file.</summary>
    /// <param name="name">A name of <see cref="HashItem"/>.</param>
    /// <param name="length">How many bytes will be read.</param>
    /// <inheritdoc cref="FileReader.Open"/>
    internal abstract FileReader Open(string name, long length);

    /// <summary>What one thread opens many files with, and disposes of.</summary>
    internal virtual FileOpener CreateOpener() => new NamedFileOpener(this);

    private sealed class FolderSource(string directory, bool followLinks) : HashSource
    {
        public override string PathOf(string name) => Path.Join(directory, name);

        internal override bool IsOnNetwork => LocalFolders.IsOnNetwork(directory);

        internal override FileOpener CreateOpener() => UnixFolderHandle.IsSupported ? new FolderFileOpener(directory, followLinks) : base.CreateOpener();

        internal override FileReader Open(string name, long length)
        {
            if (!UnixFolderHandle.IsSupported)
            {
                return FileReader.Open(PathOf(name), length, followLinks);
            }

            using FileOpener opener = CreateOpener();
            return opener.Open(name, length);
        }
    }
}
