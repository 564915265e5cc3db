namespace ModelSigning;

/// <summary>A key pair that New-ModelSigningKey made.</summary>
public sealed class ModelSigningKey
{
    internal ModelSigningKey(string privateKeyPath, string publicKeyPath) => (PrivateKeyPath, PublicKeyPath) = (privateKeyPath, publicKeyPath);

    /// <summary>The private key's file: a full path. Readable by its owner only, where the file system knows owners.</summary>
    public string PrivateKeyPath { get; }

    /// <summary>The public key's file: a full path. This one goes to everybody who verifies.</summary>
    public string PublicKeyPath { get; }

    /// <summary>The curve: <c>P-256</c>, <c>P-384</c> or <c>P-521</c>.</summary>
    public string Curve { get; internal init; } = "";

    /// <summary>Whether the private key's file is encrypted with a password.</summary>
    public bool IsEncrypted { get; internal init; }

    /// <summary>The SHA-256 digest of the public key's PEM text in hexadecimal digits: the hint that signatures made with it carry.</summary>
    public string Hint { get; internal init; } = "";

    /// <inheritdoc/>
    public override string ToString() => PublicKeyPath;
}
