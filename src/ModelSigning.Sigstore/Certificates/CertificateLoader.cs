using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ModelSigning.Sigstore.Certificates;

/// <summary>Loads X.509 certificates in DER and nothing else.</summary>
internal static class CertificateLoader
{
    /// <summary>Loads a certificate.</summary>
    /// <returns>Whether the bytes are one certificate in DER.</returns>
    internal static bool TryLoad(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out X509Certificate2? certificate)
    {
        certificate = null;
        try
        {
            // .NET's constructor also takes PEM, PKCS #7 and PKCS #12, which would run the decryption of an attacker's choice;
            // only a certificate begins with two sequences.
            AsnReader reader = new(der, AsnEncodingRules.DER);
            AsnReader sequence = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            sequence.ReadSequence();
            certificate = X509CertificateLoader.LoadCertificate(der.Span);
            return true;
        }
        catch (Exception error) when (error is AsnContentException or CryptographicException)
        {
            return false;
        }
    }
}
