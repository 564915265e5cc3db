using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ModelSigning.Testing.Certificates;

namespace ModelSigning.Testing.Timestamps;

/// <summary>
/// Makes RFC 3161 answers byte by byte (RFC 3161, section 2.4.2; RFC 5652, section 5; RFC 5816), right ones and wrong ones. It shares
/// neither code nor library with what it tests.
/// </summary>
[SuppressMessage("Security", "CA5350", Justification = "RFC 3161's first attribute knows no other hash, and wrong timestamps are made here too.")]
public sealed record TimestampTokenBuilder
{
    private const string SignedDataType = "1.2.840.113549.1.7.2";
    private const string TstInfoType = "1.2.840.113549.1.9.16.1.4";
    private const string Sha1 = "1.3.14.3.2.26";
    private const string Sha256 = "2.16.840.1.101.3.4.2.1";
    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>The certificate that signs, with its key.</summary>
    public required TestCertificate Signer { get; init; }

    /// <summary>genTime.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The certificates that the token carries.</summary>
    public IReadOnlyList<X509Certificate2> Certificates { get; init; } = [];

    /// <summary>The request's nonce; null leaves it out.</summary>
    public BigInteger? Nonce { get; init; }

    /// <summary>PKIStatus.</summary>
    public int Status { get; init; }

    /// <summary>The hash algorithm of the imprint.</summary>
    public string ImprintAlgorithm { get; init; } = Sha256;

    /// <summary>Whether the attribute of RFC 3161 (SHA-1) is signed.</summary>
    public bool SigningCertificate { get; init; }

    /// <summary>Whether the attribute of RFC 5816 (SHA-256) is signed.</summary>
    public bool SigningCertificateV2 { get; init; } = true;

    /// <summary>The certificate that the attributes name; null for the signer's.</summary>
    public X509Certificate2? NamedCertificate { get; init; }

    /// <summary>How often the signature is there.</summary>
    public int SignatureCount { get; init; } = 1;

    /// <summary>Whether TSTInfo carries a critical extension that nobody knows.</summary>
    public bool CriticalExtension { get; init; }

    /// <summary>The type of what the token holds, also in the signed attributes.</summary>
    public string ContentType { get; init; } = TstInfoType;

    /// <summary>Whether the signature and the digest of the content are made with SHA-1.</summary>
    public bool SignsWithSha1 { get; init; }

    /// <summary>Changes TSTInfo after it was signed; null leaves it.</summary>
    public Func<byte[], byte[]>? Edit { get; init; }

    private HashAlgorithmName Hash => SignsWithSha1 ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256;

    private string DigestAlgorithm => SignsWithSha1 ? Sha1 : Sha256;

    /// <summary>The whole TimeStampResp for some bytes.</summary>
    public byte[] Respond(ReadOnlySpan<byte> data) => RespondToImprint(ImprintAlgorithm == Sha1 ? SHA1.HashData(data) : SHA256.HashData(data));

    /// <summary>The whole TimeStampResp for an imprint.</summary>
    public byte[] RespondToImprint(byte[] imprint)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteInteger(Status);
            }

            if (Status is 0 or 1)
            {
                WriteToken(writer, imprint);
            }
        }

        return writer.Encode();
    }

    private void WriteToken(AsnWriter writer, byte[] imprint)
    {
        byte[] signedInfo = Info(imprint);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(SignedDataType);
            using (writer.PushSequence(Zero))
            using (writer.PushSequence())
            {
                writer.WriteInteger(3);
                using (writer.PushSetOf())
                {
                    WriteAlgorithm(writer, DigestAlgorithm);
                }

                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(ContentType);
                    using (writer.PushSequence(Zero))
                    {
                        writer.WriteOctetString(Edit?.Invoke(signedInfo) ?? signedInfo);
                    }
                }

                if (Certificates.Count > 0)
                {
                    using (writer.PushSetOf(Zero))
                    {
                        foreach (X509Certificate2 certificate in Certificates)
                        {
                            writer.WriteEncodedValue(certificate.RawData);
                        }
                    }
                }

                using (writer.PushSetOf())
                {
                    for (int count = 0; count < SignatureCount; count++)
                    {
                        WriteSignerInfo(writer, signedInfo);
                    }
                }
            }
        }
    }

    private byte[] Info(byte[] imprint)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            writer.WriteObjectIdentifier("1.3.6.1.4.1.99999.2");
            using (writer.PushSequence())
            {
                WriteAlgorithm(writer, ImprintAlgorithm);
                writer.WriteOctetString(imprint);
            }

            writer.WriteInteger(RandomNumberGenerator.GetInt32(1, int.MaxValue));
            writer.WriteGeneralizedTime(Time, omitFractionalSeconds: Time.Ticks % TimeSpan.TicksPerSecond == 0);
            if (Nonce is { } nonce)
            {
                writer.WriteInteger(nonce);
            }

            if (CriticalExtension)
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1, isConstructed: true)))
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("1.3.6.1.4.1.99999.3");
                    writer.WriteBoolean(true);
                    writer.WriteOctetString([5, 0]);
                }
            }
        }

        return writer.Encode();
    }

    private void WriteSignerInfo(AsnWriter writer, byte[] info)
    {
        byte[] attributes = SignedAttributes(info);
        byte[] signature = Signer.Key is RSA rsa
            ? rsa.SignData(attributes, Hash, RSASignaturePadding.Pkcs1)
            : ((ECDsa)Signer.Key).SignData(attributes, Hash, DSASignatureFormat.Rfc3279DerSequence);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(Signer.Certificate.IssuerName.RawData);
                writer.WriteInteger(Signer.Certificate.SerialNumberBytes.Span);
            }

            WriteAlgorithm(writer, DigestAlgorithm);

            // The attributes are signed as a SET and stand in the structure under [0]: only the tag differs.
            byte[] tagged = [.. attributes];
            tagged[0] = 0xA0;
            writer.WriteEncodedValue(tagged);
            WriteAlgorithm(writer, (Signer.Key is RSA, SignsWithSha1) switch
            {
                (true, false) => "1.2.840.113549.1.1.11",
                (true, true) => "1.2.840.113549.1.1.5",
                (false, false) => "1.2.840.10045.4.3.2",
                (false, true) => "1.2.840.10045.4.1",
            });
            writer.WriteOctetString(signature);
        }
    }

    private byte[] SignedAttributes(byte[] info)
    {
        X509Certificate2 named = NamedCertificate ?? Signer.Certificate;
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSetOf())
        {
            WriteAttribute(writer, "1.2.840.113549.1.9.3", value => value.WriteObjectIdentifier(ContentType));
            WriteAttribute(writer, "1.2.840.113549.1.9.4", value => value.WriteOctetString(CryptographicOperations.HashData(Hash, info)));
            if (SigningCertificate)
            {
                WriteAttribute(writer, "1.2.840.113549.1.9.16.2.12", value => WriteCertificateHash(value, SHA1.HashData(named.RawData)));
            }

            if (SigningCertificateV2)
            {
                WriteAttribute(writer, "1.2.840.113549.1.9.16.2.47", value => WriteCertificateHash(value, SHA256.HashData(named.RawData)));
            }
        }

        return writer.Encode();
    }

    private static void WriteAttribute(AsnWriter writer, string type, Action<AsnWriter> value)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(type);
            using (writer.PushSetOf())
            {
                value(writer);
            }
        }
    }

    private static void WriteCertificateHash(AsnWriter writer, byte[] hash)
    {
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteOctetString(hash);
        }
    }

    private static void WriteAlgorithm(AsnWriter writer, string oid)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
        }
    }
}
