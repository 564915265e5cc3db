using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace ModelSigning.Core.Keys.Pkcs11;

/// <summary>Reads the public half of a token's key (PKCS#11 2.40, section 2.3.3 of the mechanisms).</summary>
internal static class Pkcs11PublicKey
{
    private const string EcPublicKeyOid = "1.2.840.10045.2.1";

    /// <summary>Reads CKA_EC_PARAMS and CKA_EC_POINT of an object.</summary>
    /// <returns>Null where the object has none of them, or has them on a curve that is not allowed.</returns>
    public static EcPublicKey? Read(ISession session, IObjectHandle handle, string source)
    {
        List<IObjectAttribute> attributes;
        try
        {
            attributes = session.GetAttributeValue(handle, [CKA.CKA_EC_PARAMS, CKA.CKA_EC_POINT]);
        }
        catch (Pkcs11Exception exception) when (exception.RV is CKR.CKR_ATTRIBUTE_TYPE_INVALID or CKR.CKR_ATTRIBUTE_SENSITIVE)
        {
            return null;
        }

        if (attributes.Exists(attribute => attribute.CannotBeRead || attribute.GetValueAsByteArray() is not { Length: > 0 }))
        {
            return null;
        }

        try
        {
            byte[] parameters = attributes[0].GetValueAsByteArray();
            return EcPublicKey.FromSubjectPublicKeyInfo(SubjectPublicKeyInfo(parameters, attributes[1].GetValueAsByteArray()), source);
        }
        catch (AsnContentException exception)
        {
            throw Pkcs11Errors.KeyUnusable.At($"The public key of {source} is malformed: {exception.Message}", source, exception);
        }
    }

    /// <summary>The key of a certificate object, for tokens that hold no public key beside it.</summary>
    public static EcPublicKey? ReadCertificate(ISession session, IObjectHandle handle, string source)
    {
        byte[] der = session.GetAttributeValue(handle, new List<CKA> { CKA.CKA_VALUE })[0].GetValueAsByteArray();
        using X509Certificate2 certificate = Certificates.CertificateReader.FromDer(der, source);
        return EcPublicKey.FromSubjectPublicKeyInfo(certificate.PublicKey.ExportSubjectPublicKeyInfo(), source);
    }

    /// <summary>CKA_EC_PARAMS is the curve's identifier in DER; CKA_EC_POINT an OCTET STRING in DER, or, with some modules, the bare point.</summary>
    private static byte[] SubjectPublicKeyInfo(byte[] parameters, byte[] point)
    {
        byte[] bare = point;
        if (AsnDecoder.TryReadEncodedValue(point, AsnEncodingRules.DER, out Asn1Tag tag, out _, out _, out int consumed)
            && consumed == point.Length && tag.HasSameClassAndValue(Asn1Tag.PrimitiveOctetString))
        {
            bare = AsnDecoder.ReadOctetString(point, AsnEncodingRules.DER, out _);
        }

        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(EcPublicKeyOid);
                writer.WriteEncodedValue(parameters);
            }

            writer.WriteBitString(bare);
        }

        return writer.Encode();
    }
}
