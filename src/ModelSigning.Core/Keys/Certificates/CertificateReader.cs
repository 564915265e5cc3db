using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ModelSigning.Core.Keys.Certificates;

/// <summary>Reads certificates.</summary>
public static class CertificateReader
{
    /// <summary>Reads one certificate from its DER encoding, and nothing else: no PKCS#7, no PKCS#12, no PEM.</summary>
    /// <param name="der">The encoding.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="Errors.ModelSigningException"><see cref="CertificateErrors.Malformed"/>.</exception>
    public static X509Certificate2 FromDer(ReadOnlySpan<byte> der, string source)
    {
        try
        {
            RequireCertificate(der);
            return new X509Certificate2(der);
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException)
        {
            throw CertificateErrors.Malformed.At($"{source} is not an X.509 certificate in DER.", source, exception);
        }
    }

    /// <summary>.NET's constructor would take other containers as well; a certificate is a sequence of two sequences and a bit string.</summary>
    private static void RequireCertificate(ReadOnlySpan<byte> der)
    {
        AsnDecoder.ReadSequence(der, AsnEncodingRules.DER, out int offset, out int length, out int consumed);
        if (consumed != der.Length)
        {
            throw new AsnContentException("Bytes follow the certificate.");
        }

        ReadOnlySpan<byte> content = der.Slice(offset, length);
        AsnDecoder.ReadSequence(content, AsnEncodingRules.DER, out _, out _, out int first);
        AsnDecoder.ReadSequence(content[first..], AsnEncodingRules.DER, out _, out _, out _);
    }
}
