using System.Security.Cryptography;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Keys;

/// <summary>A private key on P-256, P-384 or P-521, held in memory.</summary>
public sealed class EcPrivateKey : ISigningKey, IDisposable
{
    // PBKDF2 iterations that OWASP proposes for HMAC-SHA-256 (Password Storage Cheat Sheet, 2023).
    private const int Iterations = 600_000;

    private readonly ECDsa _key;

    /// <summary>Takes a key over, disposing of it in the end.</summary>
    /// <param name="key">The key.</param>
    /// <param name="source">Where it comes from, for the errors.</param>
    /// <exception cref="ModelSigningException"><see cref="KeyErrors.KeyCurveRefused"/>, <see cref="KeyErrors.KeyInvalid"/>.</exception>
    public EcPrivateKey(ECDsa key, string source)
    {
        _key = key;
        PublicKey = EcPublicKey.Of(key, source);
    }

    /// <inheritdoc/>
    public EcCurve Curve => PublicKey.Curve;

    /// <summary>The public half.</summary>
    public EcPublicKey PublicKey { get; }

    /// <summary>Makes a new key.</summary>
    public static EcPrivateKey Generate(EcCurve curve) => new(ECDsa.Create(ECCurve.CreateFromValue(curve.Oid())), "a new key");

    /// <inheritdoc/>
    public byte[] SignDigest(ReadOnlySpan<byte> digest) => _key.SignHash(digest, DSASignatureFormat.Rfc3279DerSequence);

    /// <summary>The key as PEM, PKCS#8 (RFC 5958), ending with a line end; the caller clears it.</summary>
    /// <param name="password">
    /// Encrypts it with AES-256-CBC under PBKDF2 of HMAC-SHA-256 with 600,000 iterations (PBES2, RFC 8018); empty leaves it plain.
    /// </param>
    public char[] ExportPem(ReadOnlySpan<char> password)
    {
        byte[] der = password.IsEmpty
            ? _key.ExportPkcs8PrivateKey()
            : _key.ExportEncryptedPkcs8PrivateKey(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Iterations));
        string label = password.IsEmpty ? PemLabels.Pkcs8 : PemLabels.EncryptedPkcs8;
        char[] pem = new char[PemEncoding.GetEncodedSize(label.Length, der.Length) + 1];
        bool written = PemEncoding.TryWrite(label, der, pem, out int length);
        CryptographicOperations.ZeroMemory(der);
        pem[length] = '\n';
        return written ? pem : throw new InvalidOperationException("The size of a PEM text was miscounted.");
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
