using System.Formats.Asn1;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Keys;

/// <summary>
/// What the encodings of EC keys say about algorithm and curve, read before any library sees the key, so that every operating system
/// refuses the same ones (RFC 5480, RFC 5915, RFC 5958).
/// </summary>
/// <remarks>
/// <code>
/// SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING }
/// PrivateKeyInfo       ::= SEQUENCE { version INTEGER, algorithm AlgorithmIdentifier, privateKey OCTET STRING, … }
/// ECPrivateKey         ::= SEQUENCE { version INTEGER (1), privateKey OCTET STRING, [0] ECParameters OPTIONAL, [1] BIT STRING OPTIONAL }
/// AlgorithmIdentifier  ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ECParameters }
/// ECParameters         ::= CHOICE { namedCurve OBJECT IDENTIFIER, explicit SEQUENCE, … }
/// </code>
/// </remarks>
internal static class EcKeyFormat
{
    private static readonly Asn1Tag ParametersTag = new(TagClass.ContextSpecific, 0, isConstructed: true);

    private static readonly Dictionary<string, string> OtherAlgorithms = new(StringComparer.Ordinal)
    {
        [KeyOid.Rsa] = "RSA",
        [KeyOid.RsaPss] = "RSA-PSS",
        ["1.2.840.10040.4.1"] = "DSA",
        ["1.3.101.110"] = "X25519",
        [KeyOid.Ed25519] = "Ed25519",
        ["1.3.101.113"] = "Ed448",
    };

    /// <summary>The curve of a SubjectPublicKeyInfo in DER.</summary>
    public static EcCurve OfSubjectPublicKeyInfo(ReadOnlyMemory<byte> der, string source) =>
        Read(source, () => OfAlgorithm(PublicKeyInfo.Read(der).Algorithm, source));

    /// <summary>The curve of a PKCS#8 PrivateKeyInfo in DER.</summary>
    public static EcCurve OfPkcs8(ReadOnlyMemory<byte> der, string source) => Read(source, () =>
    {
        AsnReader info = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        info.ReadInteger();
        return OfAlgorithm(AlgorithmIdentifier.Read(info), source);
    });

    /// <summary>The curve of a SEC1 ECPrivateKey in DER.</summary>
    public static EcCurve OfSec1(ReadOnlyMemory<byte> der, string source) => Read(source, () =>
    {
        AsnReader key = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        key.ReadInteger();
        key.ReadOctetString();
        return key.HasData && key.PeekTag().HasSameClassAndValue(ParametersTag)
            ? OfParameters(key.ReadSequence(ParametersTag), source)
            : throw KeyErrors.KeyCurveRefused.At($"The key in '{source}' does not identify its curve.", source);
    });

    /// <summary>The curve of ECParameters in DER.</summary>
    public static EcCurve OfParameters(ReadOnlyMemory<byte> der, string source) =>
        Read(source, () => OfParameters(new AsnReader(der, AsnEncodingRules.DER), source));

    private static EcCurve OfAlgorithm(AlgorithmIdentifier algorithm, string source) => algorithm.Oid == KeyOid.Ec
        ? OfParameters(new AsnReader(algorithm.Parameters ?? default, AsnEncodingRules.DER), source)
        : throw KeyErrors.KeyAlgorithmRefused.At(
            $"The key in '{source}' is of the algorithm {OtherAlgorithms.GetValueOrDefault(algorithm.Oid, algorithm.Oid)}, which is not supported.", source);

    private static EcCurve OfParameters(AsnReader parameters, string source)
    {
        if (!parameters.PeekTag().HasSameClassAndValue(Asn1Tag.ObjectIdentifier))
        {
            throw KeyErrors.KeyCurveRefused.At($"The key in '{source}' describes its curve by parameters instead of its name.", source);
        }

        string oid = parameters.ReadObjectIdentifier();
        return EcCurves.ByOid(oid) ?? throw Refused(oid, source);
    }

    private static ModelSigningException Refused(string oid, string source) => KeyErrors.KeyCurveRefused.At(
        $"The key in '{source}' is on the curve {(oid == "1.3.132.0.10" ? "secp256k1" : oid)}, which is not supported.", source);

    private static EcCurve Read(string source, Func<EcCurve> read)
    {
        try
        {
            return read();
        }
        catch (AsnContentException error)
        {
            throw KeyErrors.KeyMalformed.At($"The key in '{source}' is not valid: {error.Message}", source, error);
        }
    }
}
