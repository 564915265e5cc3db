using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ModelSigning.Core.Input;
using ModelSigning.Core.Keys;

namespace ModelSigning.Core.Certificates;

/// <summary>
/// The encodings that one key can have in certificates: RSA's and Ed25519's with and without the empty parameters of its algorithm, RSA's as one for PSS, also with its usual parameters, and the point of an elliptic curve
/// in full, compressed, or both. Whoever revokes a key names one of them, and another authority may certify the key in another one. Keys in any other encoding verify nothing: <see cref="CertificateSignature"/> and the reader of timestamps refuse them.
/// </summary>
internal static class KeyTwin
{
    /// <summary>The hints of a certificate's key, that of the encoding in the certificate first.</summary>
    public static IEnumerable<string> Hints(X509Certificate2 certificate)
    {
        yield return certificate.SpkiHint();
        foreach (string hint in Hints(DecodedCertificate.Decode(certificate).SubjectPublicKeyInfo))
        {
            yield return hint;
        }
    }

    /// <summary>The subject of a certificate that nobody verified, and the hints of its key; null where it cannot be read.</summary>
    public static (string Subject, IReadOnlyList<string> Hints)? OfUnverified(ReadOnlyMemory<byte> certificate)
    {
        try
        {
            if (!CertificateReader.TryFromDer(certificate.Span, out X509Certificate2? decoded))
            {
                return null;
            }

            using (decoded)
            {
                return (decoded.DisplaySubject(), [.. Hints(decoded)]);
            }
        }
        catch (Exception error) when (error is CryptographicException or AsnContentException or Errors.ModelSigningException)
        {
            return null;
        }
    }

    /// <summary>The hints of a key.</summary>
    /// <param name="subjectPublicKeyInfo">The key in DER, in one of its encodings.</param>
    public static IEnumerable<string> Hints(ReadOnlyMemory<byte> subjectPublicKeyInfo) => Twins(subjectPublicKeyInfo).Prepend(subjectPublicKeyInfo.ToArray())
        .Select(twin => Hexadecimal.Write(SHA256.HashData(Encoding.ASCII.GetBytes(PemEncoding.WriteString("PUBLIC KEY", twin) + "\n"))));

    private static List<byte[]> Twins(ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        try
        {
            PublicKeyInfo info = PublicKeyInfo.Read(subjectPublicKeyInfo);
            if (info.Algorithm.Oid == KeyOid.Ec)
            {
                return OfCurve(info);
            }

            string[] algorithms = info.Algorithm.Oid switch
            {
                KeyOid.Rsa or KeyOid.RsaPss => [KeyOid.Rsa, KeyOid.RsaPss],
                KeyOid.Ed25519 => [KeyOid.Ed25519],
                _ => [],
            };
            return
            [
                .. algorithms.SelectMany(algorithm => new[] { PublicKeyInfo.Write(algorithm, null, info.Key), PublicKeyInfo.Write(algorithm, PublicKeyInfo.Null, info.Key) }),
                .. algorithms.Contains(KeyOid.RsaPss) ? PssParameters.Usual.Select(parameters => PublicKeyInfo.Write(KeyOid.RsaPss, parameters.Encode(), info.Key)) : [],
            ];
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException)
        {
            return [];
        }
    }

    // SEC 1, section 2.3.3: 04 and both coordinates, 02 or 03 and the first, or 06 or 07 and both.
    private static List<byte[]> OfCurve(PublicKeyInfo info)
    {
        if (EcCurves.OfParameters(info.Algorithm.Parameters) is null)
        {
            return [];
        }

        using ECDsa key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(PublicKeyInfo.Write(KeyOid.Ec, info.Algorithm.Parameters!.Value.ToArray(), info.Key), out _);
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        int odd = point.Y![^1] & 1;
        byte[][] forms = [[4, .. point.X!, .. point.Y], [(byte)(2 + odd), .. point.X!], [(byte)(6 + odd), .. point.X!, .. point.Y]];
        return [.. forms.Select(form => PublicKeyInfo.Write(KeyOid.Ec, info.Algorithm.Parameters.Value.ToArray(), form))];
    }
}
