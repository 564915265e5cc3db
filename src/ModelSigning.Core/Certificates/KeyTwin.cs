using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Certificates;

/// <summary>
/// The encodings that one key can have in certificates: RSA's and Ed25519's with and without the empty parameters of its algorithm, and RSA's as one for PSS. Whoever revokes a key names one
/// of them, and another authority may certify the key in another one.
/// </summary>
internal static class KeyTwin
{
    private const string Rsa = "1.2.840.113549.1.1.1", RsaPss = "1.2.840.113549.1.1.10", Ed25519 = "1.3.101.112";

    /// <summary>The hints of a certificate's key, that of the encoding in the certificate first.</summary>
    public static IEnumerable<string> Hints(X509Certificate2 certificate)
    {
        yield return certificate.SpkiHint();
        foreach (byte[] twin in Twins(DecodedCertificate.Decode(certificate).SubjectPublicKeyInfo))
        {
            yield return Hexadecimal.Write(SHA256.HashData(Encoding.ASCII.GetBytes(PemEncoding.WriteString("PUBLIC KEY", twin) + "\n")));
        }
    }

    private static List<byte[]> Twins(ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        try
        {
            AsnReader info = new AsnReader(subjectPublicKeyInfo, AsnEncodingRules.DER).ReadSequence();
            string algorithm = AlgorithmIdentifier.Read(info).Oid;
            byte[] key = info.ReadBitString(out _);
            if (algorithm is Rsa or RsaPss)
            {
                // Libraries pass over what follows it.
                key = new AsnReader(key, AsnEncodingRules.DER).ReadEncodedValue().ToArray();
            }

            return algorithm switch
            {
                Rsa or RsaPss => [Encode(Rsa, hasNull: true, key), Encode(Rsa, hasNull: false, key), Encode(RsaPss, hasNull: false, key), Encode(RsaPss, hasNull: true, key)],
                Ed25519 => [Encode(Ed25519, hasNull: false, key), Encode(Ed25519, hasNull: true, key)],
                _ => [],
            };
        }
        catch (AsnContentException)
        {
            return [];
        }
    }

    private static byte[] Encode(string algorithm, bool hasNull, byte[] key)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(algorithm);
                if (hasNull)
                {
                    writer.WriteNull();
                }
            }

            writer.WriteBitString(key);
        }

        return writer.Encode();
    }
}
