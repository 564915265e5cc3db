namespace ModelSigning;

/// <summary>One entry of a model's manifest: a file, or a shard of one, with its digest.</summary>
public sealed class ModelResource
{
    internal ModelResource(string name, string algorithm, string digest, string? modelPath) =>
        (Name, Algorithm, Digest, ModelPath) = (name, algorithm, digest, modelPath);

    /// <summary>The file relative to the model, with <c>/</c> between its components; a shard carries <c>:start:end</c> in bytes.</summary>
    public string Name { get; }

    /// <summary>The digest algorithm: <c>sha256</c>, <c>blake2b</c> or <c>blake3</c>.</summary>
    public string Algorithm { get; }

    /// <summary>The digest in lower-case hexadecimal digits: 64, for blake2b 128.</summary>
    public string Digest { get; }

    /// <summary>The bytes that the digest is of; null when only a signature was read, which does not say it.</summary>
    public long? Length { get; internal init; }

    /// <summary>The model: a full path; null when only a signature was read.</summary>
    public string? ModelPath { get; }

    /// <summary>Where the file came from: <c>Folder</c>, or the store that -Source named; null when only a signature was read.</summary>
    public string? Source { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
