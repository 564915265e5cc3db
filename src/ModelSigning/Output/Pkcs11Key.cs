namespace ModelSigning;

/// <summary>A key of a PKCS#11 token, as Get-Pkcs11Key lists it.</summary>
public sealed class Pkcs11Key
{
    internal Pkcs11Key()
    {
    }

    /// <summary>The module's file.</summary>
    public string ModulePath { get; internal init; } = "";

    /// <summary>The token's label.</summary>
    public string Token { get; internal init; } = "";

    /// <summary>The token's serial number.</summary>
    public string SerialNumber { get; internal init; } = "";

    /// <summary>The number of the slot that holds the token; it may change.</summary>
    public long SlotId { get; internal init; }

    /// <summary>The key's label.</summary>
    public string Label { get; internal init; } = "";

    /// <summary>The key's identifier in lower-case hexadecimal.</summary>
    public string Id { get; internal init; } = "";

    /// <summary>The key's curve; null for a key that cannot sign models, such as an RSA key.</summary>
    public string? Curve { get; internal init; }

    /// <summary>
    /// The public key in PEM, which Test-ModelSignature takes as -PublicKey; null if the token does not identify it with certainty. Nothing is signed to find it: the token's names say it, and anyone who can
    /// open the token can change those. A signature of the key that verifies with it shows that it is the right one.
    /// </summary>
    public string? PublicKey { get; internal init; }

    /// <summary>The key's URI (RFC 7512), which New-ModelSignature takes as -Pkcs11Uri. It holds no PIN.</summary>
    public string Uri { get; internal init; } = "";

    /// <inheritdoc/>
    public override string ToString() => Uri;
}
