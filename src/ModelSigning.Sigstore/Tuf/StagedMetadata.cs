namespace ModelSigning.Sigstore.Tuf;

/// <summary>Metadata that are written to a folder only when everything that belongs to them was verified.</summary>
/// <param name="folder">The folder.</param>
internal sealed class StagedMetadata(MetadataFolder folder) : IMetadataStore
{
    private readonly Dictionary<string, byte[]?> _staged = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string? Location => folder.Location;

    /// <inheritdoc/>
    public byte[]? Load(string name, int maximum) => _staged.TryGetValue(name, out byte[]? bytes) ? bytes : folder.Load(name, maximum);

    /// <inheritdoc/>
    public void Save(string name, ReadOnlySpan<byte> bytes) => _staged[name] = bytes.ToArray();

    /// <inheritdoc/>
    public void SaveRoot(RootMetadata root) => Save("root.json", root.Metadata.Bytes.Span);

    /// <inheritdoc/>
    public void Delete(string name) => _staged[name] = null;

    /// <summary>Writes what was saved.</summary>
    internal void Commit()
    {
        foreach ((string name, byte[]? bytes) in _staged)
        {
            if (bytes is null)
            {
                folder.Delete(name);
            }
            else
            {
                folder.Save(name, bytes);
            }
        }
    }
}
