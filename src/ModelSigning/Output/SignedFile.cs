namespace ModelSigning;

/// <summary>What New-SigstoreBundle signed, and where the bundle lies.</summary>
public sealed class SignedFile
{
    internal SignedFile(string path, string bundlePath) => (Path, BundlePath) = (path, bundlePath);

    /// <summary>The file: a full path.</summary>
    public string Path { get; }

    /// <summary>The bundle that was written: a full path.</summary>
    public string BundlePath { get; }

    /// <summary>Whether the file itself was signed (<c>File</c>), or an envelope around it as a statement (<c>Statement</c>).</summary>
    public string Content { get; internal init; } = "";

    /// <summary>The identity in the certificate.</summary>
    public string Identity { get; internal init; } = "";

    /// <summary>Who confirmed the identity.</summary>
    public string Issuer { get; internal init; } = "";

    /// <summary>The index of the entry in the (first) transparency log.</summary>
    public long LogIndex { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => BundlePath;
}
