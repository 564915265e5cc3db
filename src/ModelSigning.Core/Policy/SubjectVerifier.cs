using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Policy;

/// <summary>A certificate that is trusted, and that is moreover a certain signer's.</summary>
/// <param name="verifier">Verifies the signature and the chain.</param>
/// <param name="subject">The subject that the signing certificate must have; null for any.</param>
/// <param name="fingerprint">The signing certificate's SHA-256 in lower-case hexadecimal; null for any.</param>
internal sealed class SubjectVerifier(CertificateVerifier verifier, CertificateSubject? subject, string? fingerprint) : SignatureVerifier
{
    /// <inheritdoc/>
    protected override SignatureEvidence VerifySignature(Bundle bundle)
    {
        SignatureEvidence evidence = verifier.FindEvidence(bundle);
        X509Certificate2 leaf = ((CertificateEvidence)evidence).Path[0];
        if (subject?.IsOf(leaf) == false)
        {
            throw PolicyErrors.SignerNotAccepted.At($"The signing certificate is '{leaf.DisplaySubject()}', which the rule does not name.");
        }

        return fingerprint is null || fingerprint == leaf.Sha256Fingerprint()
            ? evidence
            : throw PolicyErrors.SignerNotAccepted.At($"The signing certificate's fingerprint is {leaf.Sha256Fingerprint()}, which the rule does not name.");
    }
}
