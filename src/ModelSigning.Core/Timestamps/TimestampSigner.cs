using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Certificates;

namespace ModelSigning.Core.Timestamps;

/// <summary>What the certificate that signs timestamps must be (RFC 3161, section 2.3).</summary>
internal static class TimestampSigner
{
    /// <summary>id-kp-timeStamping.</summary>
    public const string TimeStamping = "1.3.6.1.5.5.7.3.8";

    /// <summary>
    /// Checks the certificate itself: no certificate authority; timeStamping as the only extended key usage, and that critical;
    /// digitalSignature, where there is a key usage; a key that <see cref="TimestampKey"/> reads.
    /// </summary>
    /// <exception cref="Errors.ModelSigningException"><see cref="TimestampErrors.SignerRefused"/>.</exception>
    public static void CheckProfile(DecodedCertificate certificate)
    {
        CertificateExtensions extensions = certificate.Extensions;
        string? fault =
            extensions.IsAuthority ? "is a certificate authority"
            : extensions.ExtendedKeyUsage is not [TimeStamping] ? "does not have timeStamping as its only extended key usage"
            : !extensions.ExtendedKeyUsageIsCritical ? "has an extended key usage that is not critical"
            : extensions.KeyUsage is { } usage && !usage.HasFlag(KeyUsageBits.DigitalSignature) ? "has a key usage without digitalSignature"
            : TimestampKey.Of(certificate) is null ? "has a key that is neither RSA of 2048 bits or more, nor on P-256, P-384 or P-521, nor Ed25519, or has it in an unusual encoding"
            : null;
        if (fault is not null)
        {
            string subject = certificate.Certificate.DisplaySubject();
            throw TimestampErrors.SignerRefused.At($"The certificate '{subject}', which signed the timestamp, {fault}.", subject);
        }
    }

    /// <summary>Whether a certificate is one of a certificate authority, which signs no timestamps.</summary>
    public static bool IsAuthority(X509Certificate2 certificate) => DecodedCertificate.TryDecode(certificate) is { Extensions.IsAuthority: true };
}
