using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1.Sec;

namespace ModelSigning.Core.Certificates;

/// <summary>
/// The other encoding that a certificate can have without its issuer's help: anyone can turn the s of an ECDSA signature into n - s, and the
/// certificate stays valid with another fingerprint. A list of fingerprints that are refused needs both.
/// </summary>
internal static class CertificateTwin
{
    private const string EcdsaArc = "1.2.840.10045.4.";

    private static readonly BigInteger[] Orders =
    [
        .. new[] { "secp256r1", "secp384r1", "secp521r1" }.Select(curve => new BigInteger(SecNamedCurves.GetByName(curve).N.ToByteArrayUnsigned(), isUnsigned: true, isBigEndian: true)),
    ];

    /// <summary>The SHA-256 of a certificate and of its twins, in lower-case hexadecimal.</summary>
    public static IEnumerable<string> Fingerprints(X509Certificate2 certificate)
    {
        yield return certificate.Sha256Fingerprint();
        foreach (byte[] twin in Twins(DecodedCertificate.Decode(certificate)))
        {
            yield return CertificateText.Sha256Fingerprint(twin);
        }
    }

    private static List<byte[]> Twins(DecodedCertificate certificate)
    {
        if (!certificate.SignatureAlgorithm.Oid.StartsWith(EcdsaArc, StringComparison.Ordinal))
        {
            return [];
        }

        try
        {
            AsnReader signature = new AsnReader(certificate.Signature, AsnEncodingRules.DER).ReadSequence();
            BigInteger r = signature.ReadInteger(), s = signature.ReadInteger();
            // The curve is the issuer's; where a number is below several orders, each of them gives a possible twin.
            return [.. Orders.Where(order => s < order).Select(order => Encode(certificate, r, order - s))];
        }
        catch (AsnContentException)
        {
            return [];
        }
    }

    private static byte[] Encode(DecodedCertificate certificate, BigInteger r, BigInteger s)
    {
        AsnWriter signature = new(AsnEncodingRules.DER);
        using (signature.PushSequence())
        {
            signature.WriteInteger(r);
            signature.WriteInteger(s);
        }

        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(certificate.TbsCertificate.Span);
            certificate.SignatureAlgorithm.Write(writer);
            writer.WriteBitString(signature.Encode());
        }

        return writer.Encode();
    }
}
