namespace ModelSigning.Sigstore.Tuf;

/// <summary>The metadata that earlier updates left, under plain names (<c>root.json</c>).</summary>
internal interface IMetadataStore
{
    /// <summary>Where it is, for messages; null when nothing is kept.</summary>
    string? Location { get; }

    /// <summary>A file's bytes; null when there is none, or none that can be read.</summary>
    byte[]? Load(string name, int maximum);

    /// <summary>Keeps a verified file.</summary>
    void Save(string name, ReadOnlySpan<byte> bytes);

    /// <summary>Keeps a verified root, which is the newest from now on.</summary>
    void SaveRoot(RootMetadata root);

    /// <summary>Forgets a file.</summary>
    void Delete(string name);
}
