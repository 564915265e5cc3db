using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace ModelSigning.Sigstore.Certificates;

/// <summary>
/// A signing certificate taken apart (RFC 5280, section 4.1), each part in its exact bytes: certificate transparency signs the
/// TBSCertificate without one extension, so nothing may be decoded and encoded again.
/// </summary>
/// <remarks>
/// <code>
/// Certificate    ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signature }
/// TBSCertificate ::= SEQUENCE { [0] version, serialNumber, signature, issuer, validity { notBefore, notAfter },
///                               subject, subjectPublicKeyInfo, [1] [2] unique identifiers, [3] extensions }
/// Extension      ::= SEQUENCE { extnID, critical DEFAULT FALSE, extnValue OCTET STRING }
/// </code>
/// </remarks>
internal sealed class LeafCertificate
{
    private const int MaximumLength = 64 * 1024;
    private static readonly Asn1Tag Version = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 3, isConstructed: true);

    private readonly Dictionary<string, CertificateExtension> _extensions = new(StringComparer.Ordinal);
    private readonly ReadOnlyMemory<byte> _tbs;

    private LeafCertificate(ReadOnlyMemory<byte> der, X509Certificate2 certificate)
    {
        Der = der;
        Certificate = certificate;
        AsnReader sequence = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        _tbs = sequence.PeekEncodedValue();
        AsnReader tbs = sequence.ReadSequence();
        if (tbs.PeekTag().HasSameClassAndValue(Version))
        {
            tbs.ReadEncodedValue();
        }

        tbs.ReadIntegerBytes();
        tbs.ReadSequence();
        Issuer = tbs.ReadEncodedValue();
        AsnReader validity = tbs.ReadSequence();
        NotBefore = ReadTime(validity);
        NotAfter = ReadTime(validity);
        Subject = tbs.ReadEncodedValue();
        SubjectPublicKeyInfo = tbs.ReadEncodedValue();
        while (tbs.HasData)
        {
            if (tbs.PeekTag().HasSameClassAndValue(ExtensionsTag))
            {
                ReadExtensions(tbs.ReadSequence(ExtensionsTag).ReadSequence());
            }
            else
            {
                tbs.ReadEncodedValue();
            }
        }
    }

    /// <summary>The certificate's bytes.</summary>
    internal ReadOnlyMemory<byte> Der { get; }

    /// <summary>The same for path validation.</summary>
    internal X509Certificate2 Certificate { get; }

    /// <summary>The issuer's name in DER.</summary>
    internal ReadOnlyMemory<byte> Issuer { get; }

    /// <summary>The subject's name in DER; Fulcio's certificates have an empty one.</summary>
    internal ReadOnlyMemory<byte> Subject { get; }

    /// <summary>The first instant of the validity.</summary>
    internal DateTimeOffset NotBefore { get; }

    /// <summary>The last instant of the validity.</summary>
    internal DateTimeOffset NotAfter { get; }

    /// <summary>The signer's key in DER.</summary>
    internal ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; }

    /// <summary>An extension's value, the content of its OCTET STRING; null when the certificate has none.</summary>
    internal CertificateExtension? Extension(string oid) => _extensions.GetValueOrDefault(oid);

    /// <summary>Takes a certificate apart.</summary>
    /// <exception cref="Core.Errors.ModelSigningException"><see cref="SigstoreErrors.BundleMaterial"/>.</exception>
    internal static LeafCertificate Decode(ReadOnlyMemory<byte> der)
    {
        try
        {
            if (der.Length <= MaximumLength && CertificateLoader.TryLoad(der, out X509Certificate2? certificate))
            {
                return new LeafCertificate(der, certificate);
            }
        }
        catch (AsnContentException error)
        {
            throw SigstoreErrors.BundleMaterial.At($"The bundle's certificate is malformed: {error.Message}", null, error);
        }

        throw SigstoreErrors.BundleMaterial.At("The bundle's certificate is no X.509 certificate in DER.");
    }

    /// <summary>The TBSCertificate without one extension, the lengths around it recomputed and all else as it was (RFC 6962, section 3.2).</summary>
    internal byte[] TbsWithout(string oid)
    {
        AsnReader tbs = new AsnReader(_tbs, AsnEncodingRules.DER).ReadSequence();
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            while (tbs.HasData)
            {
                if (!tbs.PeekTag().HasSameClassAndValue(ExtensionsTag))
                {
                    writer.WriteEncodedValue(tbs.ReadEncodedValue().Span);
                    continue;
                }

                AsnReader extensions = tbs.ReadSequence(ExtensionsTag).ReadSequence();
                using (writer.PushSequence(ExtensionsTag))
                using (writer.PushSequence())
                {
                    while (extensions.HasData)
                    {
                        ReadOnlyMemory<byte> encoded = extensions.ReadEncodedValue();
                        if (new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence().ReadObjectIdentifier() != oid)
                        {
                            writer.WriteEncodedValue(encoded.Span);
                        }
                    }
                }
            }
        }

        return writer.Encode();
    }

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    private void ReadExtensions(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            AsnReader extension = extensions.ReadSequence();
            string oid = extension.ReadObjectIdentifier();
            bool critical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
            if (!_extensions.TryAdd(oid, new CertificateExtension(critical, extension.ReadOctetString())))
            {
                throw new AsnContentException($"extension {oid} is there twice");
            }
        }
    }
}

/// <summary>An extension of a certificate.</summary>
/// <param name="Critical">Whether who does not know it must refuse the certificate.</param>
/// <param name="Value">The content of extnValue.</param>
internal sealed record CertificateExtension(bool Critical, ReadOnlyMemory<byte> Value);
