namespace ModelSigning.Core.Keys;

/// <summary>A private key, wherever it lies: in a file, in a certificate store, in a token.</summary>
public interface ISigningKey
{
    /// <summary>The curve.</summary>
    EcCurve Curve { get; }

    /// <summary>The public half. With a token only a signature tells it for certain: it may be null, or another one, until the first was made.</summary>
    EcPublicKey? PublicKey { get; }

    /// <summary>Signs a digest.</summary>
    /// <param name="digest">The digest, of the hash that <see cref="EcCurves.HashAlgorithm"/> names for the key's curve.</param>
    /// <returns>ECDSA as DER <c>SEQUENCE { r, s }</c> (RFC 3279, 2.2.3).</returns>
    /// <exception cref="Errors.ModelSigningException">The key or its token refuses.</exception>
    byte[] SignDigest(ReadOnlySpan<byte> digest);
}
