using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ModelSigning.Testing.SigstoreInstance;

/// <summary>The structures of a timestamp token: TSTInfo (RFC 3161, section 2.4.2) in SignedData (RFC 5652, section 5).</summary>
internal static class TimestampToken
{
    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0);

    public static byte[] Info(TimestampAnswer answer, DateTimeOffset time)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            writer.WriteObjectIdentifier("1.3.6.1.4.1.57264.2");
            using (writer.PushSequence())
            {
                WriteAlgorithm(writer, answer.HashAlgorithm, withNull: true);
                writer.WriteOctetString(answer.Imprint);
            }

            writer.WriteInteger(new BigInteger(CertificateFactory.NewSerial(), isUnsigned: true, isBigEndian: true));
            writer.WriteGeneralizedTime(time.ToUniversalTime(), omitFractionalSeconds: time.Ticks % TimeSpan.TicksPerSecond == 0);
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
            }

            if (answer.Nonce is not null)
            {
                writer.WriteInteger(answer.Nonce);
            }
        }

        return writer.Encode();
    }

    public static byte[] SignerInfo(TimestampAnswer answer, DateTimeOffset time, byte[] info, X509Certificate2 certificate, ECDsa key)
    {
        byte[] attributes = Attributes(answer, time, info, certificate);
        byte[] signature = key.SignData(attributes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        if (answer.CorruptSignature)
        {
            signature[^1] ^= 1;
        }

        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(certificate.IssuerName.RawData);
                writer.WriteInteger(certificate.SerialNumberBytes.Span);
            }

            WriteAlgorithm(writer, Oids.Sha256, withNull: false);
            // Signed as a SET OF (0x31), carried as [0] IMPLICIT (0xA0): RFC 5652, section 5.4.
            attributes[0] = 0xA0;
            writer.WriteEncodedValue(attributes);
            WriteAlgorithm(writer, Oids.EcdsaWithSha256, withNull: false);
            writer.WriteOctetString(signature);
        }

        return writer.Encode();
    }

    public static byte[] SignedData(TimestampAnswer answer, byte[] info, byte[] signerInfo, X509Certificate2 certificate)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oids.SignedData);
            using (writer.PushSequence(Context0))
            using (writer.PushSequence())
            {
                writer.WriteInteger(3);
                using (writer.PushSetOf())
                {
                    WriteAlgorithm(writer, Oids.Sha256, withNull: false);
                }

                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(answer.ContentType);
                    using (writer.PushSequence(Context0))
                    {
                        writer.WriteOctetString(info);
                    }
                }

                if (answer.EmbedCertificate)
                {
                    using (writer.PushSetOf(Context0))
                    {
                        writer.WriteEncodedValue(certificate.RawData);
                    }
                }

                using (writer.PushSetOf())
                {
                    for (int i = 0; i < answer.SignerInfos; i++)
                    {
                        writer.WriteEncodedValue(signerInfo);
                    }
                }
            }
        }

        return writer.Encode();
    }

    private static byte[] Attributes(TimestampAnswer answer, DateTimeOffset time, byte[] info, X509Certificate2 certificate)
    {
        byte[] digest = SHA256.HashData(info), certificateHash = SHA256.HashData(certificate.RawData);
        digest[0] ^= answer.CorruptMessageDigest ? (byte)1 : (byte)0;
        certificateHash[0] ^= answer.CorruptCertificateHash ? (byte)1 : (byte)0;
        List<byte[]> attributes =
        [
            Attribute(Oids.ContentType, value => value.WriteObjectIdentifier(answer.ContentType)),
            Attribute(Oids.SigningTime, value => value.WriteUtcTime(time.ToUniversalTime())),
            Attribute(Oids.MessageDigest, value => value.WriteOctetString(digest)),
            // ESSCertIDv2 whose hash algorithm is the default, SHA-256 (RFC 5816).
            Attribute(Oids.SigningCertificateV2, value =>
            {
                using (value.PushSequence())
                using (value.PushSequence())
                using (value.PushSequence())
                {
                    value.WriteOctetString(certificateHash);
                }
            }),
        ];
        // These four are in DER's order, by their lengths.
        if (answer.UnsortedAttributes)
        {
            attributes.Reverse();
        }

        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            attributes.ForEach(attribute => writer.WriteEncodedValue(attribute));
        }

        // A SET OF by its tag, in an order that the writer would not keep in one.
        byte[] set = writer.Encode();
        set[0] = 0x31;
        return set;
    }

    private static byte[] Attribute(string type, Action<AsnWriter> write)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(type);
            using (writer.PushSetOf())
            {
                write(writer);
            }
        }

        return writer.Encode();
    }

    private static void WriteAlgorithm(AsnWriter writer, string algorithm, bool withNull)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(algorithm);
            if (withNull)
            {
                writer.WriteNull();
            }
        }
    }
}
