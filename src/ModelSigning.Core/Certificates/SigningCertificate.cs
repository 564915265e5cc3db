using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;
using ModelSigning.Core.Keys;

namespace ModelSigning.Core.Certificates;

/// <summary>What a certificate must be to sign models (OMS v1.0, 4.3 and 7.2).</summary>
internal static class SigningCertificate
{
    /// <summary>id-kp-codeSigning: the purpose that an extended key usage must allow wherever a certificate of the path has one.</summary>
    public const string CodeSigning = "1.3.6.1.5.5.7.3.3";

    /// <summary>The key of a certificate.</summary>
    /// <exception cref="ModelSigningException">One of <see cref="KeyErrors"/>: it is RSA, on another curve than P-256, P-384 and P-521, or malformed.</exception>
    public static EcPublicKey EcPublicKey(this X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return Keys.EcPublicKey.FromSubjectPublicKeyInfo(DecodedCertificate.Decode(certificate).SubjectPublicKeyInfo, certificate.DisplaySubject());
    }

    /// <summary>The hint of a certificate's key; null for a key that cannot sign models by itself and so has none.</summary>
    public static string? KeyHint(this X509Certificate2 certificate)
    {
        try
        {
            return certificate.EcPublicKey().Hint;
        }
        catch (ModelSigningException)
        {
            return null;
        }
    }

    /// <summary>The SHA-256 of a certificate's key as PEM, of whatever algorithm; that of a key that can sign models is its hint.</summary>
    public static string SpkiHint(this X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return certificate.KeyHint() ?? Hexadecimal.Write(SHA256.HashData(Encoding.ASCII.GetBytes(
            PemEncoding.WriteString("PUBLIC KEY", DecodedCertificate.Decode(certificate).SubjectPublicKeyInfo.Span) + "\n")));
    }

    /// <summary>Checks that a certificate may sign: digitalSignature in its key usage, or codeSigning in its extended key usage.</summary>
    /// <exception cref="ModelSigningException"><see cref="CertificateErrors.UsageForbidden"/>: it has neither, or neither extension.</exception>
    public static void CheckUsage(X509Certificate2 certificate)
    {
        CertificateExtensions extensions = DecodedCertificate.Decode(certificate).Extensions;
        if (extensions.KeyUsage?.HasFlag(KeyUsageBits.DigitalSignature) != true
            && extensions.ExtendedKeyUsage?.Contains(CodeSigning, StringComparer.Ordinal) != true)
        {
            string subject = certificate.DisplaySubject();
            throw CertificateErrors.UsageForbidden.At(
                $"The certificate '{subject}' is not allowed to sign: it has neither digitalSignature in its key usage nor codeSigning in its extended key usage.", subject);
        }
    }

    /// <summary>
    /// Checks that a certificate was issued for code signing and nothing wider: its extended key usage names it. Where everybody can get a
    /// certificate for something else, one without an extended key usage, or for any, says nothing.
    /// </summary>
    /// <exception cref="ModelSigningException"><see cref="CertificateErrors.UsageForbidden"/>.</exception>
    public static void RequireCodeSigning(X509Certificate2 certificate)
    {
        if (DecodedCertificate.Decode(certificate).Extensions.ExtendedKeyUsage?.Contains(CodeSigning, StringComparer.Ordinal) != true)
        {
            string subject = certificate.DisplaySubject();
            throw CertificateErrors.UsageForbidden.At($"The certificate '{subject}' was not issued for code signing: its extended key usage does not include it.", subject);
        }
    }

    /// <summary>Checks that a certificate can sign now: usage and extended key usage, validity, no unknown critical extension.</summary>
    /// <exception cref="ModelSigningException">One of <see cref="CertificateErrors"/>.</exception>
    public static void CheckForSigning(X509Certificate2 certificate, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        DecodedCertificate decoded = DecodedCertificate.Decode(certificate);
        PathValidation.CheckValidity(decoded, now);
        PathValidation.CheckExtensions(decoded, CodeSigning);
        CheckUsage(certificate);
    }
}
