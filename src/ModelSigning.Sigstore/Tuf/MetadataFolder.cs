using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Input;

namespace ModelSigning.Sigstore.Tuf;

/// <summary>
/// Metadata in a folder of the caller's choice. Each file is written as soon as it is verified, as the client workflow of TUF has it: a
/// repository that breaks off afterwards cannot offer anything older. What cannot be written is not kept.
/// </summary>
/// <param name="folder">The folder; made when something is saved.</param>
/// <param name="mode">The permissions of its files.</param>
internal sealed class MetadataFolder(string folder, UnixFileMode mode = AtomicFile.Private) : IMetadataStore
{
    /// <summary>Whether something could not be kept, because the folder cannot be written to.</summary>
    internal bool IsReadOnly { get; private set; }

    /// <inheritdoc/>
    public string? Location => folder;

    /// <inheritdoc/>
    public byte[]? Load(string name, int maximum)
    {
        try
        {
            return BoundedFile.Read(Path.Join(folder, name), new InputRules("metadata file", maximum, TufErrors.TufCacheDamaged));
        }
        catch (ModelSigningException)
        {
            // Fetched and verified again; a damaged copy gives no trust.
            return null;
        }
    }

    /// <inheritdoc/>
    public void Save(string name, ReadOnlySpan<byte> bytes)
    {
        if (IsReadOnly || Load(name, bytes.Length) is { } there && bytes.SequenceEqual(there))
        {
            return;
        }

        try
        {
            PrivateFolder.Create(folder);
            AtomicFile.Write(Path.Join(folder, name), bytes, mode, exists: null);
        }
        catch (Exception error) when (error is ModelSigningException or IOException or UnauthorizedAccessException)
        {
            IsReadOnly = true;
        }
    }

    /// <inheritdoc/>
    public void SaveRoot(RootMetadata root) => Save("root.json", root.Metadata.Bytes.Span);

    /// <inheritdoc/>
    public void Delete(string name)
    {
        if (IsReadOnly)
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
}
