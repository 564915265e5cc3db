using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Timestamps;

namespace ModelSigning.Core.Verifying;

/// <summary>What the certificate method finds.</summary>
/// <param name="Path">The validated path: the signing certificate first, the trusted one last.</param>
public sealed record CertificateEvidence(IReadOnlyList<X509Certificate2> Path) : SignatureEvidence
{
    /// <inheritdoc/>
    public override SignatureMethod Method => SignatureMethod.Certificate;

    /// <inheritdoc/>
    public override IReadOnlyList<X509Certificate2> CertificatePath => Path;

    /// <summary>The signing certificate's subject.</summary>
    public override string Signer => Path[0].DisplaySubject();

    /// <inheritdoc/>
    public override string KeyAlgorithm => Path[0].EcPublicKey().Curve.DisplayName();

    /// <summary>The SHA-256 of the signing certificate's DER in lower-case hexadecimal.</summary>
    public string Fingerprint => Path[0].Sha256Fingerprint();

    /// <summary>The subject of the trusted certificate that the path ends in.</summary>
    public string Anchor => Path[^1].DisplaySubject();

    /// <summary>The SHA-256 of the trusted certificate's DER in lower-case hexadecimal.</summary>
    public string AnchorFingerprint => Path[^1].Sha256Fingerprint();
}

/// <summary>Whom the certificate method trusts, and at which time.</summary>
public sealed record CertificateTrust
{
    /// <summary>The certificates that the caller trusts; the self-signed ones can end a path, the others can be links of it.</summary>
    public required IReadOnlyList<X509Certificate2> Certificates { get; init; }

    /// <summary>Whether a path may end in any of <see cref="Certificates"/>.</summary>
    public bool AllowPartialChain { get; init; }

    /// <summary>The subject that the signing certificate must have; null for any.</summary>
    public CertificateSubject? Subject { get; init; }

    /// <summary>The SHA-256 that the signing certificate must have, in lower-case hexadecimal; null for any.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Whether the signing certificate's extended key usage must name code signing; else it may be absent, or any.</summary>
    public bool RequiresCodeSigning { get; init; }

    /// <summary>The timestamp authorities that the caller trusts; none leaves timestamps unused.</summary>
    public IReadOnlyList<TimestampAuthority> TimestampAuthorities { get; init; } = [];

    /// <summary>The instant at which the path must be valid, whatever a timestamp says; null for a verified timestamp's, else now.</summary>
    public DateTimeOffset? VerificationTime { get; init; }
}

/// <summary>The certificate method (OMS v1.0, 7.2): the signing certificate must lead to one that the caller trusts.</summary>
/// <param name="trust">Whom the caller trusts.</param>
/// <param name="clock">Tells the time; null for the system's.</param>
public sealed class CertificateVerifier(CertificateTrust trust, TimeProvider? clock = null) : SignatureVerifier
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;

    /// <inheritdoc/>
    protected override SignatureEvidence VerifySignature(Bundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        List<X509Certificate2> certificates = ReadCertificates(bundle.VerificationMaterial);
        CertificateEvidence? evidence = null;
        try
        {
            return evidence = Verify(bundle, certificates);
        }
        finally
        {
            // What the evidence names lives as long as it; the caller's own certificates are none of these.
            foreach (X509Certificate2 certificate in certificates.Where(one => evidence?.Path.Any(link => ReferenceEquals(link, one)) != true))
            {
                certificate.Dispose();
            }
        }
    }

    private CertificateEvidence Verify(Bundle bundle, List<X509Certificate2> certificates)
    {
        BundleTimestamps timestamps = BundleTimestamps.Verify(bundle, trust.TimestampAuthorities);
        X509Certificate2 leaf = certificates[0];
        IReadOnlyList<X509Certificate2> path = FindPath(certificates, timestamps.Earliest?.Time);
        SigningCertificate.CheckUsage(leaf);
        if (trust.RequiresCodeSigning)
        {
            SigningCertificate.RequireCodeSigning(leaf);
        }

        bool isObsolete = VerifyEnvelope(leaf.EcPublicKey(), bundle.DsseEnvelope!, leaf.DisplaySubject());
        RequireSigner(leaf);
        return new CertificateEvidence(path)
        {
            SignedTime = timestamps.Earliest?.Time,
            TimeSource = timestamps.Earliest?.Authority.Name,
            TimestampCertificate = timestamps.Earliest?.Signer,
            TimestampCertificates = timestamps.Certificates,
            AuthoritiesAbove = trust.AllowPartialChain ? CertificatePath.Above(path[^1], trust.Certificates) : [],
            Warnings = trust.VerificationTime is not null && timestamps.Earliest is { } stamped
                ? [Overridden(stamped.Time), .. timestamps.Warnings] : timestamps.Warnings,
            OnlyForPredicateType = isObsolete ? ModelStatement.DigestsPredicateType : null,
        };
    }

    private IReadOnlyList<X509Certificate2> FindPath(List<X509Certificate2> certificates, DateTimeOffset? stamped)
    {
        try
        {
            return CertificatePath.Validate(certificates[0], [.. certificates.Skip(1)], new CertificatePathRules
            {
                Time = trust.VerificationTime ?? stamped ?? _clock.GetUtcNow(),
                Anchors = trust.Certificates,
                AllowPartialChain = trust.AllowPartialChain,
                ExtendedKeyUsage = SigningCertificate.CodeSigning,
            });
        }
        catch (ModelSigningException refusal) when (trust.VerificationTime is not null && stamped is { } time
            && (refusal.Definition == CertificateErrors.Expired || refusal.Definition == CertificateErrors.NotYetValid))
        {
            throw refusal.Definition.At(
                $"{refusal.Message} {Overridden(time)}", refusal.Target, refusal, "Omit -VerificationTime to check the certificates at the time of the timestamp.");
        }
    }

    private static string Overridden(DateTimeOffset stamped) =>
        $"-VerificationTime overrides the verified timestamp of {Rfc3339.Write(stamped)}.";

    private static List<X509Certificate2> ReadCertificates(VerificationMaterial material)
    {
        if (material.PublicKey is not null || material.TlogEntries.Count > 0)
        {
            throw VerifyingErrors.MethodMismatch.At(material.PublicKey is not null
                ? "The bundle was signed with a key, not with a certificate. Specify the signer's public key instead of certificates."
                : "The bundle was signed with Sigstore, not with a certificate of your own authority. Specify the signer's identity instead of certificates.");
        }

        // A single certificate is what another implementation writes where no chain was given.
        IReadOnlyList<ReadOnlyMemory<byte>> encoded = material.X509CertificateChain ?? (material.Certificate is { } one ? [one] : []);
        return encoded.Count switch
        {
            0 => throw CertificateErrors.Missing.At("The bundle does not contain a certificate."),
            > CertificatePath.MaximumCandidates + 1 => throw CertificateErrors.PathTooComplex.At(
                $"The bundle contains {encoded.Count} certificates; the limit is {CertificatePath.MaximumCandidates + 1}."),
            _ => CertificateReader.FromDer(encoded, "the bundle"),
        };
    }

    private void RequireSigner(X509Certificate2 leaf)
    {
        if (trust.Subject?.IsOf(leaf) == false)
        {
            throw CertificateErrors.SignerMismatch.At($"Signed by '{leaf.DisplaySubject()}', not by '{trust.Subject}'.", leaf.DisplaySubject());
        }

        if (trust.Fingerprint is { } wanted && wanted != leaf.Sha256Fingerprint())
        {
            throw CertificateErrors.SignerMismatch.At(
                $"Signed with the certificate {leaf.Sha256Fingerprint()} of '{leaf.DisplaySubject()}', not with the certificate {wanted}.", leaf.DisplaySubject());
        }
    }

    /// <returns>Whether the signature only holds under the encoding of release 0.2.0.</returns>
    private static bool VerifyEnvelope(EcPublicKey key, DsseEnvelope envelope, string subject) =>
        !key.Verify(envelope) && (key.VerifyDigest(ReleaseV02Encoding.Digest(envelope), envelope.Signatures[0].Sig.Span)
            ? true
            : throw VerifyingErrors.SignatureInvalid.At(
                $"The signature was not made with the key of the certificate '{subject}', or the statement was changed after it was signed.", subject));
}
