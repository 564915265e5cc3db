using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;
using ModelSigning.Sigstore.Trust;

namespace ModelSigning.Sigstore.Verifying;

/// <summary>
/// Validates the signing certificate: at every verified time its path to a listed authority, then its profile and that certificate
/// transparency logs saw it.
/// </summary>
internal static class CertificateStep
{
    private const string CodeSigning = "1.3.6.1.5.5.7.3.3";

    /// <exception cref="ModelSigningException">
    /// <see cref="SigstoreErrors.CertificateTime"/>, <see cref="SigstoreErrors.CertificateChain"/>,
    /// <see cref="SigstoreErrors.CertificateProfile"/> or <see cref="SigstoreErrors.SignedCertificateTimestamp"/>.
    /// </exception>
    /// <returns>The path at each time, of which the last one counts; they differ where the authorities changed between the times.</returns>
    internal static IReadOnlyList<IReadOnlyList<X509Certificate2>> Verify(
        DecodedCertificate leaf, IReadOnlyList<VerifiedTime> times, TrustedRoot root, int certificateTimestamps, Findings findings)
    {
        IReadOnlyList<X509Certificate2>[] paths = [.. times.Select(time => PathAt(leaf, time, root))];
        IReadOnlyList<X509Certificate2> path = paths[^1];

        CheckProfile(leaf);
        findings.Add("certificate", $"issued by '{path[Math.Min(1, path.Count - 1)].DisplaySubject()}' for {Rfc3339.Write(leaf.NotBefore)} to {Rfc3339.Write(leaf.NotAfter)}");
        CertificateTimestampVerifier.Verify(leaf, path, root, certificateTimestamps, findings);
        return paths;
    }

    private static IReadOnlyList<X509Certificate2> PathAt(DecodedCertificate leaf, VerifiedTime time, TrustedRoot root)
    {
        string at = $"{Rfc3339.Write(time.Time)} (by {time.Source})";
        if (time.Time < leaf.NotBefore || time.Time > leaf.NotAfter)
        {
            throw SigstoreErrors.CertificateTime.At(
                $"The signature was made at {at}, but the signing certificate is valid from {Rfc3339.Write(leaf.NotBefore)} to {Rfc3339.Write(leaf.NotAfter)}.");
        }

        ModelSigningException? refusal = null;
        bool outside = false;
        foreach (CertificateAuthority authority in root.CertificateAuthorities)
        {
            // Another authority's anchors say nothing about this certificate.
            if (!authority.Certificates.Any(certificate => certificate.SubjectName.RawData.AsSpan().SequenceEqual(leaf.Issuer.Span)))
            {
                continue;
            }

            if (!authority.ValidFor.Contains(time.Time))
            {
                outside = true;
                continue;
            }

            try
            {
                return CertificatePath.Validate(leaf.Certificate, [.. authority.Certificates.SkipLast(1)], new CertificatePathRules
                {
                    Time = time.Time,
                    Anchors = [authority.Certificates[^1]],
                    // The last one listed is trusted, also when it is an intermediate.
                    AllowPartialChain = true,
                    ExtendedKeyUsage = CodeSigning,
                });
            }
            catch (ModelSigningException error)
            {
                refusal = error;
            }
        }

        bool byTime = refusal is not null && (refusal.Definition == CertificateErrors.Expired || refusal.Definition == CertificateErrors.NotYetValid);
        bool byProfile = refusal is not null && (refusal.Definition == CertificateErrors.UsageForbidden || refusal.Definition == CertificateErrors.NameMissing);
        throw refusal is null
            ? outside
                ? SigstoreErrors.CertificateTime.At($"The signature was made at {at}, when the authority that issued the signing certificate was not trusted by the trusted root.")
                : SigstoreErrors.CertificateChain.At(
                    $"The signing certificate was issued by '{leaf.Certificate.DisplayIssuer()}', which is not among the authorities of the trusted root '{root.Source}'.")
            : (byTime ? SigstoreErrors.CertificateTime : byProfile ? SigstoreErrors.CertificateProfile : SigstoreErrors.CertificateChain)
                .At($"{refusal.Message} The signature was made at {at}. ({refusal.Definition.Id})", null, refusal);
    }

    /// <summary>Fulcio's profile: no authority, may sign, for code, names its subject.</summary>
    private static void CheckProfile(DecodedCertificate leaf)
    {
        CertificateExtensions extensions = leaf.Extensions;
        if (extensions.IsAuthority)
        {
            throw SigstoreErrors.CertificateProfile.At("The signing certificate is a certificate authority.");
        }

        if (extensions.KeyUsage is not { } usage || !usage.HasFlag(KeyUsageBits.DigitalSignature))
        {
            throw SigstoreErrors.CertificateProfile.At("The signing certificate's key usage does not allow digital signatures.");
        }

        if (extensions.ExtendedKeyUsage?.Contains(CodeSigning, StringComparer.Ordinal) != true)
        {
            throw SigstoreErrors.CertificateProfile.At("The signing certificate's extended key usage does not include code signing.");
        }

        // Without a subject, only a critical alternative name makes sure that no reader passes over whom the certificate is for.
        if (extensions.SubjectAlternativeName is null || (!extensions.SubjectAlternativeNameIsCritical && !leaf.HasSubject))
        {
            throw SigstoreErrors.CertificateProfile.At("The signing certificate has no subject alternative name, or neither a subject nor a critical one.");
        }
    }
}
