using System.Security.Cryptography;
using ModelSigning.Core.Certificates;
using ModelSigning.Sigstore.Verifying;

namespace ModelSigning.Sigstore.Signing;

/// <summary>An ephemeral key, which never leaves this process's memory, and the certificate that an identity has for it.</summary>
internal sealed record SigningCertificate(ECDsa Key, DecodedCertificate Leaf, VerifiedIdentity Identity) : IDisposable
{
    /// <summary>
    /// How long a certificate must still be valid to be used for another signature: longer than the services may take, because theirs
    /// are the times that count.
    /// </summary>
    private static readonly TimeSpan Reserve = TimeSpan.FromMinutes(3);

    /// <summary>The signature's digest algorithm and the log's name of the key's.</summary>
    public const string KeyDetails = "PKIX_ECDSA_P256_SHA_256";

    /// <summary>Whether another signature can be made with it.</summary>
    public bool IsUsable(DateTimeOffset now) => now + Reserve <= Leaf.NotAfter;

    /// <summary>Signs a SHA-256 digest; the signature is the DER form of ECDSA's.</summary>
    public byte[] Sign(ReadOnlySpan<byte> digest)
    {
        byte[] signature = new byte[Key.GetMaxSignatureSize(DSASignatureFormat.Rfc3279DerSequence)];
        return Key.TrySignHash(digest, signature, DSASignatureFormat.Rfc3279DerSequence, out int length)
            ? signature[..length]
            : throw new CryptographicException("The signature is longer than its longest form.");
    }

    public void Dispose()
    {
        Key.Dispose();
        Leaf.Certificate.Dispose();
    }
}
