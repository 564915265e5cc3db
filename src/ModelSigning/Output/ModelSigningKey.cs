namespace ModelSigning;

/// <summary>A key pair that New-ModelSigningKey made, or a key that Get-ModelSigningKey read.</summary>
public sealed class ModelSigningKey
{
    internal ModelSigningKey(string? privateKeyPath, string? publicKeyPath) => (PrivateKeyPath, PublicKeyPath) = (privateKeyPath, publicKeyPath);

    /// <summary>The private key's file: a full path; null where only the public half was read. New-ModelSigningKey makes it readable by its owner only.</summary>
    public string? PrivateKeyPath { get; }

    /// <summary>The file of the public key or the certificate: a full path; null where only the private half was read. Give this file to everyone who verifies.</summary>
    public string? PublicKeyPath { get; }

    /// <summary>The curve: <c>P-256</c>, <c>P-384</c> or <c>P-521</c>.</summary>
    public string Curve { get; internal init; } = "";

    /// <summary>Whether the private key's file is encrypted with a password.</summary>
    public bool IsEncrypted { get; internal init; }

    /// <summary>The SHA-256 digest of the public key's PEM text with LF line ends, in hexadecimal digits: the hint by which signatures, results and errors name the key.</summary>
    public string Hint { get; internal init; } = "";

    /// <inheritdoc/>
    public override string ToString() => PublicKeyPath ?? PrivateKeyPath ?? Hint;
}
