using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Trust;

namespace ModelSigning.Sigstore.Verifying;

/// <summary>
/// Verifies Sigstore bundles, offline: nothing here opens a connection. One verifier can verify any number of bundles, from several
/// threads.
/// </summary>
/// <param name="root">The logs and authorities to rely on.</param>
/// <param name="policy">Whom to trust, and what to require.</param>
public sealed class SigstoreVerifier(TrustedRoot root, VerificationPolicy policy)
{
    /// <summary>Verifies that a bundle is the trusted signer's, over a file.</summary>
    /// <param name="bundle">The bundle, parsed and bounded.</param>
    /// <param name="artifact">The file, or its digest.</param>
    /// <returns>What was established.</returns>
    /// <exception cref="ModelSigningException">One of <see cref="SigstoreErrors"/>, which names the check that failed.</exception>
    public SigstoreVerification Verify(Bundle bundle, IArtifact artifact)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(artifact);
        return Run(bundle, artifact);
    }

    /// <summary>
    /// Verifies that an envelope is the trusted signer's. What its payload is about is for the caller to check, on the exact bytes that
    /// are returned.
    /// </summary>
    /// <inheritdoc cref="Verify"/>
    public SigstoreVerification VerifyEnvelope(Bundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        return bundle.DsseEnvelope is null
            ? throw SigstoreErrors.Subject.At("The bundle contains the signature of a file, not an envelope with a statement about a model.")
            : Run(bundle, null);
    }

    private SigstoreVerification Run(Bundle bundle, IArtifact? artifact)
    {
        if (policy.Key is null == policy.Signer is null)
        {
            throw new InvalidOperationException("Exactly one of identity and key is trusted.");
        }

        // The order of the Sigstore client specification: times come before the certificate, which is valid for minutes, and a
        // log's promise is verified before its time counts.
        Findings findings = new();
        SignedContent content = BundleShape.Check(bundle, policy, findings);
        IReadOnlyList<VerifiedTime> timestamps = TimestampStep.Verify(content, root, findings);
        IReadOnlyList<LogEvidence> entries = LogEntryStep.Verify(content, root, policy.LogThreshold, findings);
        IReadOnlyList<VerifiedTime> times = TimeStep.Combine(timestamps, entries, content.Leaf is not null, policy.TimeThreshold, DateTimeOffset.UtcNow);
        IReadOnlyList<IReadOnlyList<X509Certificate2>> paths = [];
        VerifiedIdentity? identity = null;
        if (content.Leaf is { } leaf)
        {
            paths = CertificateStep.Verify(leaf, times, root, policy.CertificateTimestampThreshold, findings);
            identity = IdentityStep.Verify(leaf, policy.Signer!, findings);
        }

        LogBodyStep.Check(content, entries, artifact);
        if (bundle.DsseEnvelope is { } envelope)
        {
            SignatureStep.VerifyEnvelope(content, findings);
            SubjectStep.CheckType(envelope);
            if (artifact is not null)
            {
                SubjectStep.Verify(envelope, artifact, findings);
            }
        }
        else
        {
            SignatureStep.VerifyMessage(content, artifact!, findings);
        }

        return new SigstoreVerification
        {
            Identity = identity,
            Warnings = identity?.Warning(policy.Signer!) is { } warning ? [warning] : [],
            CertificatePath = paths is [.., var path] ? path : [],
            EarlierCertificates = [.. paths.SkipLast(1).SelectMany(one => one)],
            KeyName = content.Key.Name,
            KeyHint = policy.Key?.Hint,
            Times = times,
            LogEntries = [.. entries.Select(entry => entry.Verified)],
            LogKeys = [.. entries.Select(entry => entry.Instance.Key!.SubjectPublicKeyInfo)],
            Payload = bundle.DsseEnvelope?.Payload,
            Findings = findings.List,
        };
    }
}
