using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace ModelSigning.Core.Keys.Pkcs11;

/// <summary>Reads the public key that an object of a token tells (PKCS#11 2.40, section 2.3.3 of the mechanisms).</summary>
internal static class Pkcs11PublicKey
{
    private const string Source = "the token";

    /// <summary>The key of a public key object, or of a private key object that tells its public half.</summary>
    /// <returns>Null where the object tells none, or one that cannot verify model signatures: RSA, another curve, malformed.</returns>
    public static EcPublicKey? Read(Pkcs11Objects objects, IObjectHandle handle)
    {
        byte[] point = objects.Bytes(handle, CKA.CKA_EC_POINT);
        byte[] parameters = objects.Bytes(handle, CKA.CKA_EC_PARAMS);
        return point.Length > 0 && parameters.Length > 0
                ? OrNull(() => EcPublicKey.FromSubjectPublicKeyInfo(SubjectPublicKeyInfo(parameters, point), Source))
            : objects.Bytes(handle, CKA.CKA_PUBLIC_KEY_INFO) is { Length: > 0 } info ? OrNull(() => EcPublicKey.FromSubjectPublicKeyInfo(info, Source))
            : null;
    }

    /// <summary>The key of a certificate object.</summary>
    /// <inheritdoc cref="Read"/>
    public static EcPublicKey? ReadCertificate(Pkcs11Objects objects, IObjectHandle handle) =>
        objects.Bytes(handle, CKA.CKA_VALUE) is { Length: > 0 } der ? OrNull(() => OfCertificate(der)) : null;

    /// <summary>The curve that CKA_EC_PARAMS names.</summary>
    /// <returns>Null where there is none, or one that is not allowed.</returns>
    public static EcCurve? Curve(byte[] parameters) => EcCurves.OfParameters(parameters);

    private static EcPublicKey OfCertificate(byte[] der)
    {
        using X509Certificate2 certificate = CertificateReader.FromDer(der, Source);
        return certificate.EcPublicKey();
    }

    private static EcPublicKey? OrNull(Func<EcPublicKey> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is ModelSigningException or AsnContentException or ArgumentException)
        {
            return null;
        }
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

        return PublicKeyInfo.Write(KeyOid.Ec, parameters, bare);
    }
}
