using System.Formats.Asn1;
using System.Security.Cryptography;

namespace ModelSigning.Core.Keys;

/// <summary>The elliptic curves of model signatures (OMS v1.0, 4.2; FIPS 186-5).</summary>
public enum EcCurve
{
    /// <summary>P-256 (secp256r1), signed with SHA-256.</summary>
    P256,

    /// <summary>P-384 (secp384r1), signed with SHA-384.</summary>
    P384,

    /// <summary>P-521 (secp521r1), signed with SHA-512.</summary>
    P521,
}

/// <summary>Names and algorithms of <see cref="EcCurve"/>.</summary>
public static class EcCurves
{
    /// <summary>The curve's object identifier (RFC 5480, 2.1.1.1).</summary>
    public static string Oid(this EcCurve curve) => curve switch
    {
        EcCurve.P256 => "1.2.840.10045.3.1.7",
        EcCurve.P384 => "1.3.132.0.34",
        EcCurve.P521 => "1.3.132.0.35",
        _ => throw new ArgumentOutOfRangeException(nameof(curve)),
    };

    /// <summary>The curve's name: <c>P-256</c>.</summary>
    public static string DisplayName(this EcCurve curve) => curve switch
    {
        EcCurve.P256 => "P-256",
        EcCurve.P384 => "P-384",
        EcCurve.P521 => "P-521",
        _ => throw new ArgumentOutOfRangeException(nameof(curve)),
    };

    /// <summary>The hash that a signature of the curve is over: SHA-256, SHA-384 and SHA-512.</summary>
    public static HashAlgorithmName HashAlgorithm(this EcCurve curve) => curve switch
    {
        EcCurve.P256 => HashAlgorithmName.SHA256,
        EcCurve.P384 => HashAlgorithmName.SHA384,
        EcCurve.P521 => HashAlgorithmName.SHA512,
        _ => throw new ArgumentOutOfRangeException(nameof(curve)),
    };

    /// <summary>The curve that ECParameters name (RFC 5480, section 2.1.1); a description of a curve could be of an attacker's own.</summary>
    /// <param name="parameters">The parameters in DER; null for none.</param>
    /// <returns>The curve; null for one that is not allowed, and for anything but one name.</returns>
    internal static EcCurve? OfParameters(ReadOnlyMemory<byte>? parameters)
    {
        try
        {
            return parameters is { } der && AsnDecoder.ReadObjectIdentifier(der.Span, AsnEncodingRules.DER, out int length) is var oid && length == der.Length ? ByOid(oid) : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>The curve's ECParameters in DER.</summary>
    internal static ReadOnlyMemory<byte> Parameters(this EcCurve curve)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(curve.Oid());
        return writer.Encode();
    }

    /// <summary>Finds a curve by its object identifier.</summary>
    /// <returns>The curve; null for one that is not allowed.</returns>
    internal static EcCurve? ByOid(string? oid) =>
        Enum.GetValues<EcCurve>().Where(curve => curve.Oid() == oid).Select(curve => (EcCurve?)curve).FirstOrDefault();
}
