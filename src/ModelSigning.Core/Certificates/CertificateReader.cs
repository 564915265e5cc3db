using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ModelSigning.Core.Input;
using ModelSigning.Core.Keys;

namespace ModelSigning.Core.Certificates;

/// <summary>Reads certificates in DER and PEM (RFC 7468, section 5).</summary>
public static class CertificateReader
{
    /// <summary>The largest certificate file that is read: 1 MiB.</summary>
    public const int MaximumLength = 1024 * 1024;

    private static readonly InputRules Rules = new("certificate file", MaximumLength, CertificateErrors.Malformed)
    {
        NotFound = CertificateErrors.NotFound,
        Unreadable = CertificateErrors.Unreadable,
        TooLarge = CertificateErrors.TooLarge,
    };

    /// <summary>Reads the bytes of a file of certificates, or of a PKCS#12 file.</summary>
    /// <exception cref="Errors.ModelSigningException">
    /// <see cref="CertificateErrors.NotFound"/>, <see cref="CertificateErrors.Unreadable"/>, <see cref="CertificateErrors.TooLarge"/>.
    /// </exception>
    public static byte[] ReadBytes(string path) => BoundedFile.Read(path, Rules);

    /// <summary>Reads a file with one certificate in DER, or any number in PEM; text and other blocks around them are passed over.</summary>
    /// <param name="path">The full path.</param>
    /// <returns>The certificates in the file's order; at least one.</returns>
    /// <exception cref="Errors.ModelSigningException">One of <see cref="CertificateErrors"/>.</exception>
    public static IReadOnlyList<X509Certificate2> ReadFile(string path) => Parse(ReadBytes(path), path);

    /// <summary>Reads the content of such a file.</summary>
    /// <param name="content">The file's bytes.</param>
    /// <param name="source">Where they come from, for messages.</param>
    /// <returns>The certificates in the file's order; at least one.</returns>
    /// <exception cref="Errors.ModelSigningException">One of <see cref="CertificateErrors"/>.</exception>
    public static IReadOnlyList<X509Certificate2> Parse(ReadOnlySpan<byte> content, string source)
    {
        if (content.IndexOf("-----BEGIN "u8) < 0)
        {
            return [FromDer(content, source)];
        }

        // Whatever stands around the blocks need not be of any encoding; the blocks are ASCII.
        List<ReadOnlyMemory<byte>> blocks = [];
        for (ReadOnlySpan<char> rest = Encoding.Latin1.GetString(content); PemEncoding.TryFind(rest, out PemFields fields); rest = rest[fields.Location.End..])
        {
            if (rest[fields.Label] is PemLabels.Certificate)
            {
                byte[] der = new byte[fields.DecodedDataLength];
                Convert.TryFromBase64Chars(rest[fields.Base64Data], der, out _);
                blocks.Add(der);
            }
        }

        return blocks.Count > 0
            ? AllOrNone(blocks, (der, _) => FromDer(der.Span, source))
            : throw CertificateErrors.Missing.At($"'{source}' does not contain a certificate in PEM ('-----BEGIN CERTIFICATE-----').", source);
    }

    /// <summary>Reads one certificate from its DER encoding, and nothing else: no PKCS#7, no PKCS#12, no PEM.</summary>
    /// <param name="der">The encoding.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="Errors.ModelSigningException"><see cref="CertificateErrors.Malformed"/>.</exception>
    public static X509Certificate2 FromDer(ReadOnlySpan<byte> der, string source)
    {
        return TryFromDer(der, out X509Certificate2? certificate)
            ? certificate
            : throw CertificateErrors.Malformed.At($"'{source}' is not an X.509 certificate in DER.", source);
    }

    /// <summary>Reads one certificate from its DER encoding, for a caller with an error of its own.</summary>
    /// <returns>Whether the bytes are a certificate and nothing else.</returns>
    public static bool TryFromDer(ReadOnlySpan<byte> der, [NotNullWhen(true)] out X509Certificate2? certificate)
    {
        try
        {
            RequireCertificate(der);
            certificate = X509CertificateLoader.LoadCertificate(der);
            return true;
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException)
        {
            certificate = null;
            return false;
        }
    }

    /// <summary>Reads several certificates, all of them or none.</summary>
    /// <param name="encoded">The encodings.</param>
    /// <param name="source">Where they come from, for messages.</param>
    /// <exception cref="Errors.ModelSigningException"><see cref="CertificateErrors.Malformed"/>.</exception>
    public static List<X509Certificate2> FromDer(IReadOnlyList<ReadOnlyMemory<byte>> encoded, string source)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        return AllOrNone(encoded, (der, number) => FromDer(der.Span, $"certificate {number} of {source}"));
    }

    // What was read before one that cannot be read is not left to the finalizer.
    private static List<X509Certificate2> AllOrNone(IReadOnlyList<ReadOnlyMemory<byte>> encoded, Func<ReadOnlyMemory<byte>, int, X509Certificate2> read)
    {
        List<X509Certificate2> certificates = new(encoded.Count);
        try
        {
            foreach (ReadOnlyMemory<byte> der in encoded)
            {
                certificates.Add(read(der, certificates.Count));
            }

            return certificates;
        }
        catch
        {
            certificates.ForEach(certificate => certificate.Dispose());
            throw;
        }
    }

    /// <summary>.NET's loader would take PEM as well; a certificate is a sequence of two sequences and a bit string.</summary>
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
