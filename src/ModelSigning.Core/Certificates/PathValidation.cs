using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Certificates;

/// <summary>Judges a path whose signatures are verified, from the anchor down to the leaf (RFC 5280, sections 6.1.2 to 6.1.5).</summary>
/// <remarks>The anchor is held to the same rules as the others: RFC 5280 leaves that open, and a caller would expect it.</remarks>
internal static class PathValidation
{
    /// <summary>Judges a path.</summary>
    /// <param name="path">The leaf first, the anchor last; each signed by the next.</param>
    /// <param name="rules">By what it is judged.</param>
    /// <exception cref="ModelSigningException">The first rule that is broken.</exception>
    public static void Validate(IReadOnlyList<DecodedCertificate> path, CertificatePathRules rules)
    {
        NameConstraints names = new(rules.Budget);
        int authoritiesAllowed = int.MaxValue;
        for (int index = path.Count - 1; index >= 0; index--)
        {
            DecodedCertificate certificate = path[index];
            CheckValidity(certificate, rules.Time);
            CheckExtensions(certificate, rules.ExtendedKeyUsage);
            bool isLeaf = index == 0;
            CheckNamed(certificate, isLeaf);
            if (isLeaf || !certificate.IsSelfIssued)
            {
                names.Check(certificate);
            }

            if (!isLeaf)
            {
                CheckAuthority(certificate, path[index - 1]);
                bool isAnchor = index == path.Count - 1;
                if (!isAnchor && !certificate.IsSelfIssued && authoritiesAllowed-- == 0)
                {
                    throw CertificateErrors.PathLengthExceeded.At(
                        $"'{certificate.Certificate.DisplaySubject()}' exceeds the path length that the certificate authorities above it allow.",
                        certificate.Certificate.DisplaySubject());
                }

                authoritiesAllowed = Math.Min(authoritiesAllowed, certificate.Extensions.PathLength ?? int.MaxValue);
                names.Add(certificate);
            }
        }
    }

    /// <summary>Whether a certificate is within its validity (RFC 5280, section 6.1.3 (a) (2)), both ends included.</summary>
    /// <exception cref="ModelSigningException"><see cref="CertificateErrors.Expired"/>, <see cref="CertificateErrors.NotYetValid"/>.</exception>
    public static void CheckValidity(DecodedCertificate certificate, DateTimeOffset time)
    {
        string subject = certificate.Certificate.DisplaySubject();
        if (time < certificate.NotBefore)
        {
            throw CertificateErrors.NotYetValid.At(
                $"The certificate '{subject}' is not valid before {Rfc3339.Write(certificate.NotBefore)}; it was checked at {Rfc3339.Write(time)}.", subject);
        }

        if (time > certificate.NotAfter)
        {
            throw CertificateErrors.Expired.At(
                $"The certificate '{subject}' expired at {Rfc3339.Write(certificate.NotAfter)}; it was checked at {Rfc3339.Write(time)}.", subject);
        }
    }

    /// <summary>Whether a certificate's critical extensions are all understood, and its extended key usage allows what is wanted.</summary>
    /// <exception cref="ModelSigningException"><see cref="CertificateErrors.ExtensionUnknown"/>, <see cref="CertificateErrors.UsageForbidden"/>.</exception>
    public static void CheckExtensions(DecodedCertificate certificate, string? usage)
    {
        string subject = certificate.Certificate.DisplaySubject();
        if (certificate.Extensions.UnknownCritical is { } oid)
        {
            throw CertificateErrors.ExtensionUnknown.At(
                $"The certificate '{subject}' has the critical extension {oid}, which this module does not support.", subject);
        }

        if (usage is not null && certificate.Extensions.ExtendedKeyUsage is { } allowed
            && !allowed.Contains(usage, StringComparer.Ordinal)
            && !allowed.Contains(CertificateExtensions.AnyExtendedKeyUsage, StringComparer.Ordinal))
        {
            throw CertificateErrors.UsageForbidden.At(
                $"The certificate '{subject}' is allowed for {string.Join(", ", allowed)}, not for {Purpose(usage)} (extended key usage).", subject);
        }
    }

    private static string Purpose(string oid) => oid == SigningCertificate.CodeSigning ? "codeSigning" : oid;

    // RFC 5280, 4.1.2.6: without a name, no name constraint would ever refuse the certificate; and only a critical alternative name makes sure that
    // nobody passes over it.
    private static void CheckNamed(DecodedCertificate certificate, bool isLeaf)
    {
        if (!certificate.HasSubject && !(isLeaf && certificate.Extensions is { SubjectAlternativeName: not null, SubjectAlternativeNameIsCritical: true }))
        {
            string alternative = isLeaf ? " and no critical subject alternative name" : "";
            throw CertificateErrors.NameMissing.At(
                $"A certificate that '{certificate.Certificate.DisplayIssuer()}' issued has no subject{alternative}, so its owner is unknown.");
        }
    }

    private static void CheckAuthority(DecodedCertificate certificate, DecodedCertificate issued)
    {
        string subject = certificate.Certificate.DisplaySubject();
        if (!certificate.Extensions.IsAuthority)
        {
            throw CertificateErrors.NotAuthority.At(
                $"The certificate '{subject}' issued '{issued.Certificate.DisplaySubject()}', but is not a certificate authority (basicConstraints).",
                subject);
        }

        if (certificate.Extensions.KeyUsage is { } usage && !usage.HasFlag(KeyUsageBits.KeyCertSign))
        {
            throw CertificateErrors.UsageForbidden.At(
                $"The certificate '{subject}' issued '{issued.Certificate.DisplaySubject()}', but its key usage lacks keyCertSign.", subject);
        }
    }
}
