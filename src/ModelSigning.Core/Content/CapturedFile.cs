namespace ModelSigning.Core.Content;

/// <summary>The first bytes of a file, as they were hashed.</summary>
/// <param name="Name">The file, relative to the model, with <c>/</c> between its components.</param>
/// <param name="Head">Its first bytes.</param>
/// <param name="Length">The file's length in bytes.</param>
internal sealed record CapturedFile(string Name, ReadOnlyMemory<byte> Head, long Length)
{
    /// <summary>Whether the whole file was kept.</summary>
    public bool IsWhole => Head.Length == Length;

    /// <summary>The last component of the name.</summary>
    public string FileName => Name[(Name.LastIndexOf('/') + 1)..];

    /// <summary>The end of the name from its last dot, in lower case; empty without one.</summary>
    public string Extension => Path.GetExtension(FileName).ToLowerInvariant();
}
