using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Tracing;
using ModelSigning.Core.Verifying;
using ModelSigning.Sigstore.Trust;

namespace ModelSigning.Sigstore.Verifying;

/// <summary>What was found to be true of a model's Sigstore signature.</summary>
/// <param name="Verification">All that the verification established.</param>
public sealed record SigstoreEvidence(SigstoreVerification Verification) : SignatureEvidence
{
    // A curve names its algorithm well enough, as it does with the other methods.
    private const string Curve = "ECDSA ";

    /// <inheritdoc/>
    public override SignatureMethod Method => SignatureMethod.Sigstore;

    /// <summary>The identity, and who confirmed it.</summary>
    public override string Signer => $"{Verification.Identity!.Name.Value} ({Verification.Identity.Issuer})";

    /// <inheritdoc/>
    public override IReadOnlyList<X509Certificate2> CertificatePath => Verification.CertificatePath;

    /// <inheritdoc/>
    public override string KeyAlgorithm => Verification.KeyName.StartsWith(Curve, StringComparison.Ordinal) ? Verification.KeyName[Curve.Length..] : Verification.KeyName;
}

/// <summary>Verifies models' signatures of the Sigstore method (OMS v1.0, section 7).</summary>
/// <param name="root">The logs and authorities to rely on.</param>
/// <param name="policy">Whom to trust; a policy with a signer.</param>
public sealed class SigstoreModelVerifier(TrustedRoot root, VerificationPolicy policy) : SignatureVerifier
{
    private readonly SigstoreVerifier _verifier = new(root, policy);

    /// <inheritdoc/>
    protected override SignatureEvidence VerifySignature(Bundle bundle)
    {
        SigstoreVerification verification = _verifier.VerifyEnvelope(bundle);
        Traces.Tag("model_signing.identity", verification.Identity!.Name.Value);
        Traces.Tag("model_signing.oidc_issuer", verification.Identity.Issuer);
        // A certificate's signature always has one.
        VerifiedTime earliest = verification.Times[0];
        return new SigstoreEvidence(verification)
        {
            SignedTime = earliest.Time,
            TimeSource = earliest.Source,
            TimestampCertificate = earliest.Signer,
            TimestampCertificates = [.. verification.Times.SelectMany(time => time.Path)],
            Keys = verification.LogKeys,
            AuthoritiesAbove = verification.EarlierCertificates,
            Warnings = verification.Warnings,
            NotSignedBefore = new DateTimeOffset(verification.CertificatePath[0].NotBefore.ToUniversalTime()),
        };
    }
}
