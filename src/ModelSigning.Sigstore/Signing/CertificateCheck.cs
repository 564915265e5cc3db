using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Certificates;
using ModelSigning.Sigstore.Identity;
using ModelSigning.Sigstore.Trust;
using ModelSigning.Sigstore.Verifying;

namespace ModelSigning.Sigstore.Signing;

/// <summary>
/// Verifies the certificate that Fulcio issued before anything is signed with it: key, path, profile, certificate transparency and
/// identity. What is wrong with it would otherwise be noticed only when the signature is verified.
/// </summary>
internal static class CertificateCheck
{
    /// <summary>How far this machine's clock may be behind Fulcio's.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private static readonly Dictionary<ErrorDefinition, ErrorDefinition> Refusals = new()
    {
        [SigstoreErrors.BundleMaterial] = SigstoreSigningErrors.FulcioAnswerInvalid,
        [SigstoreErrors.CertificateChain] = SigstoreSigningErrors.FulcioCertificateUntrusted,
        [SigstoreErrors.CertificateTime] = SigstoreSigningErrors.FulcioCertificateTime,
        [SigstoreErrors.CertificateProfile] = SigstoreSigningErrors.FulcioCertificateProfile,
        [SigstoreErrors.SignedCertificateTimestamp] = SigstoreSigningErrors.FulcioCertificateTransparency,
        [SigstoreErrors.Identity] = SigstoreSigningErrors.FulcioCertificateIdentity,
    };

    /// <summary>Verifies a certificate.</summary>
    /// <param name="der">The certificate.</param>
    /// <param name="subjectPublicKeyInfo">The key that was to be certified.</param>
    /// <param name="claims">The identity that was to be certified.</param>
    /// <param name="root">The authorities and logs to rely on.</param>
    /// <param name="now">The time.</param>
    /// <param name="source">Fulcio's address, for errors.</param>
    public static (DecodedCertificate Leaf, VerifiedIdentity Identity) Verify(
        ReadOnlyMemory<byte> der, ReadOnlySpan<byte> subjectPublicKeyInfo, TokenClaims claims, TrustedRoot root, DateTimeOffset now, Uri source)
    {
        try
        {
            DecodedCertificate leaf = BundleCertificate.Decode(der);
            if (!leaf.SubjectPublicKeyInfo.Span.SequenceEqual(subjectPublicKeyInfo))
            {
                throw SigstoreSigningErrors.FulcioCertificateKey.At(
                    $"The certificate authority at '{source}' issued a certificate for a key other than the requested one.", source.ToString());
            }

            RequireListedLog(leaf, root, source);
            DateTimeOffset time = now < leaf.NotBefore && leaf.NotBefore - now <= ClockSkew ? leaf.NotBefore : now;
            VerifiedTime clock = new(time, TimeSourceKind.TimestampAuthority, "the clock of this machine");
            CertificateStep.Verify(leaf, [clock], root, certificateTimestamps: 1, new Findings());
            VerifiedIdentity identity = IdentityStep.Read(leaf);
            RequireIdentity(identity, claims, source);
            return (leaf, identity);
        }
        catch (ModelSigningException error) when (Refusals.TryGetValue(error.Definition, out ErrorDefinition? refusal))
        {
            throw refusal.At($"The certificate that the authority at '{source}' issued cannot be used. {error.Message}", source.ToString(), error);
        }
    }

    // What the verifier calls one fault (SCT) is three different ones for the operator of the instance.
    private static void RequireListedLog(DecodedCertificate leaf, TrustedRoot root, Uri source)
    {
        if (leaf.Extensions.Find(CertificateTimestamp.ListObjectIdentifier) is not { } list)
        {
            throw SigstoreSigningErrors.FulcioCertificateUnlogged.At(
                $"The certificate that the authority at '{source}' issued has no signed certificate timestamp.", source.ToString());
        }

        if (!CertificateTimestamp.ReadList(list).Any(timestamp =>
            root.CertificateTransparencyLogs.Any(log => log.LogId.Span.SequenceEqual(timestamp.LogId.Span))))
        {
            throw SigstoreSigningErrors.FulcioCertificateLogUnknown.At(
                $"The certificate that the authority at '{source}' issued is not in any certificate transparency log of the trusted root.", source.ToString());
        }
    }

    private static void RequireIdentity(VerifiedIdentity identity, TokenClaims claims, Uri source)
    {
        SubjectNameType? type = claims.Name?.Kind switch
        {
            NameKind.Email => SubjectNameType.Email,
            NameKind.Uri => SubjectNameType.Uri,
            _ => null, // Only the instance's configuration knows what it makes of such a token.
        };
        bool sameName = claims.Name is null || (identity.Name.Type == type && claims.Name.Matches(identity.Name.Value));
        if (!sameName || identity.Issuer != claims.CertificateIssuer)
        {
            ErrorDefinition refusal = sameName ? SigstoreSigningErrors.FulcioCertificateIssuer : SigstoreSigningErrors.FulcioCertificateIdentity;
            throw refusal.At(
                $"The certificate authority at '{source}' certified '{identity.Name.Value}' of '{identity.Issuer}', but the identity token is for '{claims.Display}' of '{claims.CertificateIssuer}'.",
                source.ToString());
        }
    }
}
