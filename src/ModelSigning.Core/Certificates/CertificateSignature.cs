using System.Security.Cryptography;
using ModelSigning.Core.Keys;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;

namespace ModelSigning.Core.Certificates;

/// <summary>Verifies the signature of one certificate by the key of another (RFC 5280, section 6.1.3 (a) (1)).</summary>
/// <remarks>
/// References: RFC 4055 (RSA PKCS#1 v1.5 and PSS), RFC 5758 (ECDSA with SHA-2), RFC 8410 (Ed25519). RSA within the bounds of <see cref="RsaPublicKey"/>; ECDSA on P-256,
/// P-384 and P-521.
/// </remarks>
internal static class CertificateSignature
{
    private const int Ed25519KeyLength = 32;

    /// <summary>Whether <paramref name="issuer"/>'s key made <paramref name="certificate"/>'s signature.</summary>
    /// <returns>False also for algorithms that are not accepted, SHA-1 among them.</returns>
    public static bool IsMadeBy(DecodedCertificate certificate, DecodedCertificate issuer) => Verify(certificate, issuer, sha1: false);

    /// <summary>
    /// Whether a certificate's own key made its signature. SHA-1 counts here, because nothing rests on it: the question only is
    /// whether a certificate that the caller trusts is a root, and many roots of operating systems are that old.
    /// </summary>
    public static bool IsSelfSigned(DecodedCertificate certificate) =>
        certificate.IsSelfIssued && Verify(certificate, certificate, sha1: true);

    private static bool Verify(DecodedCertificate certificate, DecodedCertificate issuer, bool sha1)
    {
        try
        {
            PublicKeyInfo key = PublicKeyInfo.Read(issuer.SubjectPublicKeyInfo);
            (string? family, HashAlgorithmName hash) = Algorithm(certificate.SignatureAlgorithm.Oid, sha1);
            return family == key.Algorithm.Oid && family switch
            {
                KeyOid.Rsa => VerifyRsa(certificate, key.Key, hash),
                KeyOid.Ec => VerifyEcdsa(certificate, issuer, key.Algorithm, hash),
                KeyOid.Ed25519 => VerifyEd25519(certificate, key.Key),
                _ => false,
            };
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A stranger wrote both certificates. The libraries throw what they meet (a salt or a signature that is longer than the key, an even
            // exponent, a point off the curve): all of it means that this key did not make this signature.
            return false;
        }
    }

    /// <summary>The kind of key that a signature algorithm needs, and its hash; <c>default</c> stands for an algorithm with its own.</summary>
    private static (string? KeyFamily, HashAlgorithmName Hash) Algorithm(string oid, bool sha1) => oid switch
    {
        "1.2.840.113549.1.1.5" when sha1 => (KeyOid.Rsa, HashAlgorithmName.SHA1),
        "1.2.840.113549.1.1.11" => (KeyOid.Rsa, HashAlgorithmName.SHA256),
        "1.2.840.113549.1.1.12" => (KeyOid.Rsa, HashAlgorithmName.SHA384),
        "1.2.840.113549.1.1.13" => (KeyOid.Rsa, HashAlgorithmName.SHA512),
        KeyOid.RsaPss => (KeyOid.Rsa, default),
        "1.2.840.10045.4.1" when sha1 => (KeyOid.Ec, HashAlgorithmName.SHA1),
        "1.2.840.10045.4.3.2" => (KeyOid.Ec, HashAlgorithmName.SHA256),
        "1.2.840.10045.4.3.3" => (KeyOid.Ec, HashAlgorithmName.SHA384),
        "1.2.840.10045.4.3.4" => (KeyOid.Ec, HashAlgorithmName.SHA512),
        KeyOid.Ed25519 => (KeyOid.Ed25519, default),
        _ => (null, default),
    };

    private static bool VerifyRsa(DecodedCertificate certificate, byte[] key, HashAlgorithmName hash)
    {
        if (RsaPublicKey.Read(key) is not { } publicKey)
        {
            return false;
        }

        // RFC 8017, 8.1.2 and 8.2.2: as long as the modulus. A library that takes a shorter one gives the certificate a second encoding, which is on no list of fingerprints.
        if (certificate.Signature.Length != (publicKey.Modulus.GetBitLength() + 7) / 8)
        {
            return false;
        }

        if (hash == default)
        {
            return PssParameters.Read(certificate.SignatureAlgorithm.Parameters) is { } parameters
                && PssSignature.Verify(parameters, publicKey, certificate.TbsCertificate.Span, certificate.Signature);
        }

        using RSA rsa = RSA.Create();
        rsa.ImportRSAPublicKey(key, out _);
        return rsa.VerifyData(certificate.TbsCertificate.Span, certificate.Signature, hash, RSASignaturePadding.Pkcs1);
    }

    private static bool VerifyEcdsa(DecodedCertificate certificate, DecodedCertificate issuer, AlgorithmIdentifier key, HashAlgorithmName hash)
    {
        if (EcCurves.OfParameters(key.Parameters) is null)
        {
            return false;
        }

        using ECDsa ecdsa = ECDsa.Create();
        ecdsa.ImportSubjectPublicKeyInfo(issuer.SubjectPublicKeyInfo.Span, out _);
        return EcdsaSignature.VerifyData(ecdsa, certificate.TbsCertificate.Span, certificate.Signature, hash);
    }

    private static bool VerifyEd25519(DecodedCertificate certificate, byte[] key)
    {
        if (key.Length != Ed25519KeyLength)
        {
            return false;
        }

        ISigner signer = SignerUtilities.GetSigner("Ed25519");
        signer.Init(forSigning: false, new Org.BouncyCastle.Crypto.Parameters.Ed25519PublicKeyParameters(key));
        signer.BlockUpdate(certificate.TbsCertificate.Span);
        return signer.VerifySignature(certificate.Signature);
    }
}
