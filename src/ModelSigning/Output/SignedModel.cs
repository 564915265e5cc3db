namespace ModelSigning;

/// <summary>What New-ModelSignature signed, and where the signature lies.</summary>
public sealed class SignedModel
{
    internal SignedModel(string path, string signaturePath) => (Path, SignaturePath) = (path, signaturePath);

    /// <summary>The model: a full path.</summary>
    public string Path { get; }

    /// <summary>Where the files came from: <c>Folder</c> for a plain folder or file, the store that -Source named, or <c>Manifest</c> when no file was read.</summary>
    public string Source { get; internal init; } = "Folder";

    /// <summary>The signature file that was written: a full path.</summary>
    public string SignaturePath { get; }

    /// <summary>The root digest of the manifest, as <c>sha256:hex</c>.</summary>
    public string RootDigest { get; internal init; } = "";

    /// <summary>How it was signed: <c>Key</c>, <c>Certificate</c> or <c>Sigstore</c>.</summary>
    public string Method { get; internal init; } = "";

    /// <summary>The digest algorithm of the model's files: <c>sha256</c>, <c>blake2b</c> or <c>blake3</c>.</summary>
    public string HashAlgorithm { get; internal init; } = "";

    /// <summary>How many files were signed.</summary>
    public int FileCount { get; internal init; }

    /// <summary>How many resources the manifest lists: the files, or their shards.</summary>
    public int ResourceCount { get; internal init; }

    /// <summary>How many bytes were hashed.</summary>
    public long Length { get; internal init; }

    /// <summary><c>Files</c> when the model's files were hashed, <c>Manifest</c> when a manifest file was signed and no file was read.</summary>
    public string Basis { get; internal init; } = "Files";

    /// <summary>How many files were not hashed, because -Reuse found that they did not change since an earlier signature.</summary>
    public int ReusedFileCount { get; internal init; }

    /// <summary>The names of these files.</summary>
    public string[] ReusedFiles { get; internal init; } = [];

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => SignaturePath;
}
