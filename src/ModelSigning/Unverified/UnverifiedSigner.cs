using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ModelSigning.Core.Bundles;

namespace ModelSigning;

/// <summary>Whom a bundle's material names. Nothing of it is verified.</summary>
internal sealed record UnverifiedSigner(SignatureMethod Method, string Signer)
{
    // Fulcio's certificate extensions, https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md: the issuer of the identity token, as
    // an ASN.1 string and, older, as bare text.
    private const string OidcIssuer = "1.3.6.1.4.1.57264.1.8", OidcIssuerText = "1.3.6.1.4.1.57264.1.1";

    private const string Unreadable = "(a certificate that cannot be read)";

    internal string? Issuer { get; private init; }

    internal DateTime? NotBefore { get; private init; }

    internal DateTime? NotAfter { get; private init; }

    /// <summary>Reads the claims of a bundle's material.</summary>
    internal static UnverifiedSigner Of(VerificationMaterial material)
    {
        if (material.PublicKey is { } key)
        {
            return new UnverifiedSigner(material.ClaimedMethod, string.IsNullOrEmpty(key.Hint) ? "(a key without a hint)" : key.Hint);
        }

        SignatureMethod method = material.ClaimedMethod;
        bool sigstore = method == SignatureMethod.Sigstore;
        ReadOnlyMemory<byte> leaf = material.Certificate ?? material.X509CertificateChain![0];
        try
        {
            // Only a bare certificate is read: the constructor would open a PKCS#12 file too.
            if (X509Certificate2.GetCertContentType(leaf.Span) != X509ContentType.Cert)
            {
                return new UnverifiedSigner(method, Unreadable);
            }

            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(leaf.Span);
            return new UnverifiedSigner(method, sigstore ? Identity(certificate) : certificate.Subject)
            {
                Issuer = sigstore ? TokenIssuer(certificate) : certificate.Issuer,
                NotBefore = certificate.NotBefore.ToUniversalTime(),
                NotAfter = certificate.NotAfter.ToUniversalTime(),
            };
        }
        catch (CryptographicException)
        {
            return new UnverifiedSigner(method, Unreadable);
        }
    }

    private static string Identity(X509Certificate2 certificate) =>
        certificate.GetNameInfo(X509NameType.EmailName, forIssuer: false) is { Length: > 0 } email ? email
        : certificate.GetNameInfo(X509NameType.UrlName, forIssuer: false) is { Length: > 0 } uri ? uri
        : certificate.Subject;

    private static string? TokenIssuer(X509Certificate2 certificate)
    {
        try
        {
            return certificate.Extensions[OidcIssuer] is { } current
                ? new AsnReader(current.RawData, AsnEncodingRules.DER).ReadCharacterString(UniversalTagNumber.UTF8String)
                : certificate.Extensions[OidcIssuerText] is { } old ? Encoding.UTF8.GetString(old.RawData) : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}
