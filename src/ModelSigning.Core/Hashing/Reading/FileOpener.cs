using ModelSigning.Core.Files;

namespace ModelSigning.Core.Hashing.Reading;

/// <summary>Opens one file of a source after another, for one thread.</summary>
internal abstract class FileOpener : IDisposable
{
    /// <inheritdoc cref="HashSource.Open"/>
    public abstract FileReader Open(string name, long length);

    public abstract void Dispose();
}

/// <summary>Opens the files of a source by their names alone.</summary>
internal sealed class NamedFileOpener(HashSource source) : FileOpener
{
    public override FileReader Open(string name, long length) => source.Open(name, length);

    public override void Dispose()
    {
    }
}

/// <summary>Opens the files of a folder by way of its folders.</summary>
internal sealed class FolderFileOpener(string directory, bool followLinks) : FileOpener
{
    private readonly UnixFolderHandle _folder = new(directory);

    public override FileReader Open(string name, long length) => UnixFileReader.Own(_folder.Open(name, followLinks), length);

    public override void Dispose() => _folder.Dispose();
}
