using System.Collections.Concurrent;
using System.Security.Cryptography;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Keys;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;

namespace ModelSigning.Core.Timestamps;

/// <summary>
/// The keys that sign timestamps: RSA, ECDSA on P-256, P-384 and P-521, Ed25519, each in the encodings that <see cref="KeyTwin"/> knows. The library also reads
/// compressed points, described curves and lengths in BER: with these a revoked key would come back as another one.
/// </summary>
internal static class TimestampKey
{
    private const byte Uncompressed = 4;
    private const int Ed25519Length = 32, MostKept = 64;

    private static readonly ConcurrentDictionary<string, AsymmetricKeyParameter> Keys = new(StringComparer.Ordinal);

    /// <summary>Reads the key of a certificate.</summary>
    /// <returns>The key; null for any other key or encoding.</returns>
    public static AsymmetricKeyParameter? Of(DecodedCertificate certificate)
    {
        try
        {
            PublicKeyInfo info = PublicKeyInfo.Read(certificate.SubjectPublicKeyInfo);
            bool isKnown = info.Algorithm.Oid switch
            {
                KeyOid.Rsa or KeyOid.RsaPss => RsaPublicKey.Read(info.Key) is not null,
                KeyOid.Ec => EcCurves.OfParameters(info.Algorithm.Parameters) is not null && info.Key is [Uncompressed, ..],
                KeyOid.Ed25519 => info.Key.Length == Ed25519Length,
                _ => false,
            };
            return isKnown ? Known(certificate.SubjectPublicKeyInfo.ToArray()) : null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A stranger wrote the certificate, and the library throws what it meets, as for a point off the curve.
            return null;
        }
    }

    // The library tests each modulus for being prime, which takes half a second for 4096 bits; a bundle can have many timestamps by one key, and a store many bundles.
    private static AsymmetricKeyParameter Known(byte[] info)
    {
        string id = Convert.ToHexString(SHA256.HashData(info));
        if (Keys.TryGetValue(id, out AsymmetricKeyParameter? known))
        {
            return known;
        }

        AsymmetricKeyParameter key = PublicKeyFactory.CreateKey(info);
        if (Keys.Count >= MostKept)
        {
            Keys.Clear();
        }

        return Keys[id] = key;
    }
}
