using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;

namespace ModelSigning.Core.Certificates;

/// <summary>An X.509 certificate taken apart (RFC 5280, section 4.1), the same on every operating system.</summary>
/// <remarks>
/// <code>
/// Certificate     ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue BIT STRING }
/// TBSCertificate  ::= SEQUENCE { [0] version, serialNumber, signature, issuer, validity, subject,
///                                subjectPublicKeyInfo, [1] issuerUniqueID, [2] subjectUniqueID, [3] extensions }
/// </code>
/// </remarks>
internal sealed class DecodedCertificate
{
    /// <summary>No certificate in use comes near: 64 KiB.</summary>
    private const int MaximumLength = 64 * 1024;

    /// <summary>A name is a sequence: two bytes where it has no element.</summary>
    private const int EmptyNameLength = 2;

    private static readonly Asn1Tag VersionTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag IssuerUniqueIdTag = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag SubjectUniqueIdTag = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 3);

    private DecodedCertificate(X509Certificate2 certificate, AsnReader reader)
    {
        Certificate = certificate;
        AsnReader sequence = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        TbsCertificate = sequence.PeekEncodedValue();
        AsnReader tbs = sequence.ReadSequence();
        ReadOnlyMemory<byte> outerAlgorithm = sequence.PeekEncodedValue();
        SignatureAlgorithm = AlgorithmIdentifier.Read(sequence);
        Signature = sequence.ReadBitString(out int unusedBits);
        sequence.ThrowIfNotEmpty();
        if (unusedBits != 0)
        {
            throw new AsnContentException("The signature is not a whole number of bytes.");
        }

        if (tbs.PeekTag().HasSameClassAndValue(VersionTag))
        {
            tbs.ReadSequence(VersionTag).ReadInteger();
        }

        SerialNumber = tbs.ReadIntegerBytes();
        if (!tbs.ReadEncodedValue().Span.SequenceEqual(outerAlgorithm.Span))
        {
            throw new AsnContentException("The two signature algorithms differ (RFC 5280 4.1.1.2).");
        }

        Issuer = tbs.PeekEncodedValue();
        tbs.ReadSequence();
        AsnReader validity = tbs.ReadSequence();
        NotBefore = ReadTime(validity);
        NotAfter = ReadTime(validity);
        validity.ThrowIfNotEmpty();
        Subject = tbs.PeekEncodedValue();
        tbs.ReadSequence();
        SubjectPublicKeyInfo = tbs.ReadEncodedValue();
        foreach (Asn1Tag uniqueId in (ReadOnlySpan<Asn1Tag>)[IssuerUniqueIdTag, SubjectUniqueIdTag])
        {
            if (tbs.HasData && tbs.PeekTag().HasSameClassAndValue(uniqueId))
            {
                tbs.ReadEncodedValue();
            }
        }

        Extensions = tbs.HasData ? CertificateExtensions.Read(tbs.ReadSequence(ExtensionsTag)) : CertificateExtensions.None;
        tbs.ThrowIfNotEmpty();
    }

    /// <summary>The certificate that was taken apart.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The exact bytes that the issuer signed.</summary>
    public ReadOnlyMemory<byte> TbsCertificate { get; }

    /// <summary>The content of the serial number's INTEGER.</summary>
    public ReadOnlyMemory<byte> SerialNumber { get; }

    /// <summary>How the issuer signed.</summary>
    public AlgorithmIdentifier SignatureAlgorithm { get; }

    /// <summary>The issuer's signature.</summary>
    public byte[] Signature { get; }

    /// <summary>The issuer's name in DER.</summary>
    public ReadOnlyMemory<byte> Issuer { get; }

    /// <summary>The subject's name in DER.</summary>
    public ReadOnlyMemory<byte> Subject { get; }

    /// <summary>Whether the subject has an attribute; without one, an alternative name must say whom the certificate is for.</summary>
    public bool HasSubject => Subject.Length > EmptyNameLength;

    /// <summary>The first instant of the validity.</summary>
    public DateTimeOffset NotBefore { get; }

    /// <summary>The last instant of the validity.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>The subject's key in DER.</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; }

    /// <summary>The extensions; none before version 3.</summary>
    public CertificateExtensions Extensions { get; }

    /// <summary>Whether issuer and subject carry the same name; that alone does not make a certificate self-signed.</summary>
    public bool IsSelfIssued => Issuer.Span.SequenceEqual(Subject.Span);

    /// <summary>Takes a certificate apart.</summary>
    /// <exception cref="ModelSigningException"><see cref="CertificateErrors.Malformed"/>.</exception>
    public static DecodedCertificate Decode(X509Certificate2 certificate)
    {
        try
        {
            // RawData copies: once is enough.
            byte[] der = certificate.RawData;
            return der.Length <= MaximumLength
                ? new DecodedCertificate(certificate, new AsnReader(der, AsnEncodingRules.DER))
                : throw new AsnContentException("It is longer than 64 KiB.");
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw CertificateErrors.Malformed.At(
                $"The certificate '{certificate.DisplaySubject()}' is not valid X.509: {exception.Message}",
                certificate.DisplaySubject(), exception);
        }
    }

    /// <summary>Takes a certificate apart that is only one possibility of several.</summary>
    /// <returns>Null for one that cannot be read and so can be no link of a chain.</returns>
    public static DecodedCertificate? TryDecode(X509Certificate2 certificate)
    {
        try
        {
            return Decode(certificate);
        }
        catch (ModelSigningException)
        {
            return null;
        }
    }

    /// <summary>Time ::= CHOICE { utcTime, generalTime } (RFC 5280, section 4.1.2.5).</summary>
    private static DateTimeOffset ReadTime(AsnReader validity) => validity.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime)
        ? validity.ReadUtcTime()
        : validity.ReadGeneralizedTime();
}
