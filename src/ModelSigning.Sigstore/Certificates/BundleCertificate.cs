using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;

namespace ModelSigning.Sigstore.Certificates;

/// <summary>A certificate from a bundle or from Fulcio, by the engine's one decoder.</summary>
internal static class BundleCertificate
{
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 3, isConstructed: true);

    /// <summary>Takes a certificate apart.</summary>
    /// <exception cref="ModelSigningException"><see cref="SigstoreErrors.BundleMaterial"/>.</exception>
    internal static DecodedCertificate Decode(ReadOnlyMemory<byte> der)
    {
        if (!CertificateReader.TryFromDer(der.Span, out X509Certificate2? certificate))
        {
            throw SigstoreErrors.BundleMaterial.At("The bundle's certificate is not an X.509 certificate in DER.");
        }

        try
        {
            return DecodedCertificate.Decode(certificate);
        }
        catch (ModelSigningException refusal)
        {
            certificate.Dispose();
            throw SigstoreErrors.BundleMaterial.At(refusal.Message, null, refusal);
        }
    }

    /// <summary>
    /// The TBSCertificate without one extension, the lengths around it recomputed and all else in its exact bytes: certificate transparency signs
    /// that (RFC 6962, section 3.2), so nothing may be decoded and encoded again.
    /// </summary>
    internal static byte[] TbsWithout(DecodedCertificate certificate, string oid)
    {
        AsnReader tbs = new AsnReader(certificate.TbsCertificate, AsnEncodingRules.DER).ReadSequence();
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
}
