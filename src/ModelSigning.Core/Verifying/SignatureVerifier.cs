using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Content;
using ModelSigning.Core.Timestamps;

namespace ModelSigning.Core.Verifying;

/// <summary>
/// Verifies a bundle's signature against what the caller trusts. A method's verifier implements <see cref="VerifySignature"/>;
/// only after it has returned is the payload read, and only here can a <see cref="VerifiedStatement"/> be made.
/// </summary>
public abstract class SignatureVerifier
{
    /// <summary>Verifies a bundle and reads the manifest of the model that it is the signature of (OMS v1.0, section 7, steps 2 to 7).</summary>
    /// <param name="bundle">The bundle, parsed and bounded, nothing in it verified.</param>
    /// <param name="signatureName">The signature's own name in the model; null when it lies elsewhere (<see cref="ModelPin"/>).</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The manifest, signed by whom the evidence says.</returns>
    /// <exception cref="Errors.ModelSigningException">The signature, the signer or the statement is refused.</exception>
    public VerifiedManifest VerifyModel(Bundle bundle, string? signatureName = null, CancellationToken cancellationToken = default)
    {
        VerifiedManifest manifest = VerifiedManifest.Of(Verify(bundle, cancellationToken), signatureName, cancellationToken);
        Examine(manifest);
        return manifest;
    }

    /// <summary>Verifies a bundle and reads its statement, whatever it is about.</summary>
    /// <param name="bundle">The bundle, parsed and bounded, nothing in it verified.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The statement, signed by whom the evidence says.</returns>
    /// <exception cref="Errors.ModelSigningException">The signature, the signer or the statement is refused.</exception>
    public VerifiedStatement Verify(Bundle bundle, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        DsseEnvelope envelope = bundle.DsseEnvelope
            ?? throw StatementErrors.EnvelopeMissing.At("The bundle signs the digest of a file, not a statement about a model.");
        if (envelope.Signatures.Count != 1)
        {
            throw BundleErrors.BundleSignatureCount.At($"The envelope has {envelope.Signatures.Count} signatures, but must have exactly one.");
        }

        return VerifiedStatement.Read(envelope, VerifySignature(bundle), cancellationToken);
    }

    /// <summary>Asks this verifier for its part alone, for a verifier that is made of several.</summary>
    internal SignatureEvidence FindEvidence(Bundle bundle) => VerifySignature(bundle);

    /// <summary>
    /// Verifies the signature over the envelope's raw payload, without looking into the payload. The bundle has an envelope with
    /// exactly one signature.
    /// </summary>
    /// <returns>What was found to be true of the signature.</returns>
    /// <exception cref="Errors.ModelSigningException">The material does not fit the method, or the signature or signer is refused.</exception>
    protected abstract SignatureEvidence VerifySignature(Bundle bundle);

    /// <summary>Refuses a model that the signature holds for and the caller does not want; the usual verifier wants every one.</summary>
    /// <exception cref="Errors.ModelSigningException">The manifest is refused.</exception>
    protected virtual void Examine(VerifiedManifest manifest)
    {
    }

    /// <summary>Refuses a verification that covers less than the caller requires. It is called before anything is hashed or compared; the usual verifier requires nothing.</summary>
    /// <exception cref="Errors.ModelSigningException">The coverage is refused.</exception>
    protected internal virtual void RequireCoverage(VerificationScope scope, VerificationBasis basis)
    {
    }

    /// <summary>Whether this verifier decides before another one, where both are for one model. The usual verifier is the same for every model.</summary>
    internal virtual bool ComesBefore(SignatureVerifier other) => false;

    /// <summary>Whether <see cref="Conclude"/> needs to know what is in the model's files, so that they are inspected while they are hashed.</summary>
    internal virtual bool DemandsContent => false;

    /// <summary>
    /// Refuses a model that is exactly as it was signed, where the caller requires more about it than its signature. <see cref="ModelVerifier"/> calls it last, and
    /// for a valid model alone.
    /// </summary>
    /// <param name="result">The model: valid.</param>
    /// <param name="content">What is in it, where <see cref="DemandsContent"/>; null elsewhere.</param>
    /// <param name="request">How it was verified, and where the file with the claims about it is.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What a person should know of other models that were verified for it.</returns>
    /// <exception cref="Errors.ModelSigningException">Something is lacking.</exception>
    internal virtual IReadOnlyList<string> Conclude(VerificationResult result, ModelInspection? content, VerificationRequest request, CancellationToken cancellationToken) => [];
}

/// <summary>What a verifier found to be true of a signature. Each method derives its own, with what it alone knows.</summary>
public abstract record SignatureEvidence
{
    /// <summary>The method that verified it.</summary>
    public abstract SignatureMethod Method { get; }

    /// <summary>The signer in one line, for a person: a key's hint, a certificate's subject, an identity.</summary>
    public abstract string Signer { get; }

    /// <summary>The algorithm of the key that signed: <c>P-256</c>, <c>P-384</c>, <c>P-521</c>; with Sigstore also <c>Ed25519</c> and others.</summary>
    public abstract string KeyAlgorithm { get; }

    /// <summary>When it was signed, by a clock that was verified (timestamp authority or log); null when no time is confirmed.</summary>
    public DateTimeOffset? SignedTime { get; init; }

    /// <summary>Whose clock <see cref="SignedTime"/> is; null without one.</summary>
    public string? TimeSource { get; init; }

    /// <summary>The certificate of the timestamp authority that confirmed <see cref="SignedTime"/>; null where a log did, or nobody.</summary>
    public X509Certificate2? TimestampCertificate { get; init; }

    /// <summary>The certificates of every timestamp that was verified, each with those above it; empty where none was.</summary>
    internal IReadOnlyList<X509Certificate2> TimestampCertificates { get; init; } = [];

    /// <summary>The keys without a certificate that the signature rests on, in DER: the one that signed, and those of the logs that have it.</summary>
    internal IReadOnlyList<ReadOnlyMemory<byte>> Keys { get; init; } = [];

    /// <summary>
    /// The caller's certificates above the one that ends <see cref="CertificatePath"/>, which need not be a root, and those of other paths that were found good; what is revoked reaches down from them too.
    /// </summary>
    internal IReadOnlyList<X509Certificate2> AuthoritiesAbove { get; init; } = [];

    /// <summary>
    /// The instant before which it cannot have been signed, because the signing certificate was not valid; null where nothing says so. A timestamp
    /// only proves that it was signed before: anyone can have an old signature stamped again.
    /// </summary>
    public DateTimeOffset? NotSignedBefore { get; init; }

    /// <summary>The validated path of the certificate that signed, that one first; empty for a signature by a key alone.</summary>
    public virtual IReadOnlyList<X509Certificate2> CertificatePath => [];

    /// <summary>The hint of the key that signed; null for a key that has none, such as Ed25519.</summary>
    public virtual string? KeyHint => CertificatePath is [var leaf, ..] ? leaf.KeyHint() : null;

    /// <summary>What to know about the signature although it is valid.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>
    /// The only predicate that the signature may be over, where it holds only under the encoding of v0.2.0, which is accepted for a <c>Digests/v0.1</c>
    /// statement and nothing else; null for any.
    /// </summary>
    public string? OnlyForPredicateType { get; init; }
}

/// <summary>The timestamps of a bundle, judged by the authorities that the caller trusts.</summary>
/// <param name="Earliest">The earliest verified one; null where none is verified.</param>
/// <param name="Certificates">The certificates that the verified ones rest on, each with those above it.</param>
/// <param name="Warnings">What was not used, and why.</param>
internal sealed record BundleTimestamps(VerifiedTimestamp? Earliest, IReadOnlyList<X509Certificate2> Certificates, IReadOnlyList<string> Warnings)
{
    /// <summary>Verifies the timestamps over a bundle's signature.</summary>
    /// <exception cref="Errors.ModelSigningException">
    /// A timestamp of a trusted authority fails, or cannot be read; it is never skipped, or an attacker could pair it with another.
    /// </exception>
    public static BundleTimestamps Verify(Bundle bundle, IReadOnlyList<TimestampAuthority> authorities)
    {
        VerifiedTimestamp? earliest = null;
        int unused = 0;
        List<X509Certificate2> certificates = [];
        PathBudget budget = new();
        foreach (ReadOnlyMemory<byte> timestamp in authorities.Count > 0 ? bundle.VerificationMaterial.Rfc3161Timestamps : [])
        {
            VerifiedTimestamp? verified = TimestampVerifier.Verify(timestamp, bundle.Signature.Span, authorities, budget);
            unused += verified is null ? 1 : 0;
            certificates.AddRange(verified?.Path ?? []);
            earliest = verified is null || earliest?.Time <= verified.Time ? earliest : verified;
        }

        int count = bundle.VerificationMaterial.Rfc3161Timestamps.Count;
        IReadOnlyList<string> warnings =
            authorities.Count == 0 && count > 0
                ? [(count == 1 ? "The signature's timestamp was not used" : Invariant($"The signature's {count} timestamps were not used"))
                    + ", because no timestamp authority is trusted. Specify its root with -TimestampCertificate."]
            : unused > 0
                ? [(count == 1 ? "The signature's timestamp was" : Invariant($"{unused} of the signature's {count} timestamps {(unused == 1 ? "was" : "were")}"))
                    + " not used, because the authority is not trusted."]
            : [];
        return new BundleTimestamps(earliest, certificates, warnings);
    }
}
