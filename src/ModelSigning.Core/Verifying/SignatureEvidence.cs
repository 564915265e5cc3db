using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Certificates;

namespace ModelSigning.Core.Verifying;

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

    /// <summary>
    /// The instant before which it cannot have been signed, because the signing certificate was not valid; null where nothing says so. A timestamp
    /// only proves that it was signed before: anyone can have an old signature stamped again.
    /// </summary>
    public DateTimeOffset? NotSignedBefore { get; init; }

    /// <summary>The validated path of the certificate that signed, that one first; empty for a signature by a key alone.</summary>
    public virtual IReadOnlyList<X509Certificate2> CertificatePath => [];

    /// <summary>The hint of the key that signed; null for a key that has none, such as Ed25519.</summary>
    public virtual string? KeyHint => CertificatePath is [var leaf, ..] ? leaf.KeyHint() : null;

    /// <summary>Sentences that a person should see although the signature holds.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>
    /// The only predicate that the signature may be over, where it holds only under the encoding of v0.2.0, which is accepted for a <c>Digests/v0.1</c>
    /// statement and nothing else; null for any.
    /// </summary>
    public string? OnlyForPredicateType { get; init; }
}
