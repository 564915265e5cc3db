using System.Security.Cryptography;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Timestamps;

namespace ModelSigning.Core.Verifying;

/// <summary>What the key method finds.</summary>
/// <param name="Key">The trusted key whose signature it is.</param>
public sealed record KeyEvidence(EcPublicKey Key) : SignatureEvidence
{
    /// <inheritdoc/>
    public override SignatureMethod Method => SignatureMethod.Key;

    /// <summary>The key's hint.</summary>
    public override string Signer => Key.Hint;

    /// <inheritdoc/>
    public override string? KeyHint => Key.Hint;

    /// <inheritdoc/>
    public override string KeyAlgorithm => Key.Curve.DisplayName();
}

/// <summary>The key method (OMS v1.0, 7.1): any one of the keys that the caller trusts must have signed.</summary>
/// <param name="keys">The trusted keys; at least one.</param>
/// <param name="timestampAuthorities">The timestamp authorities that the caller trusts; null for none.</param>
public sealed class KeyVerifier(IReadOnlyList<EcPublicKey> keys, IReadOnlyList<TimestampAuthority>? timestampAuthorities = null) : SignatureVerifier
{
    private const string Unnamed = "The bundle does not identify its key, because a release of model-signing before 1.1 made it. Ask the signer to sign the model again.";

    private readonly IReadOnlyList<EcPublicKey> _keys = keys is { Count: > 0 } ? keys : throw new ArgumentException("At least one key is needed.", nameof(keys));

    /// <inheritdoc/>
    protected override SignatureEvidence VerifySignature(Bundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        PublicKeyIdentifier identifier = bundle.VerificationMaterial.PublicKey
            ?? throw VerifyingErrors.MethodMismatch.At(
                "The bundle was signed with a certificate, not with a key. Specify trusted certificates or an identity instead of a public key.");

        // The hint is not signed; a forged one only makes the key fail that would have failed anyway.
        IReadOnlyList<EcPublicKey> candidates = string.IsNullOrEmpty(identifier.Hint) ? _keys : [.. _keys.Where(key => key.Hint == identifier.Hint)];
        if (candidates.Count == 0)
        {
            throw VerifyingErrors.KeyMismatch.At(
                $"The bundle was signed with the key whose hint is {identifier.Hint}, but the trusted keys are {string.Join(", ", _keys.Select(key => key.Hint))}.", identifier.Hint);
        }

        // A payload may have a gigabyte, and a bundle without a hint is tried with every key: each digest is computed once.
        DsseEnvelope envelope = bundle.DsseEnvelope!;
        Dictionary<HashAlgorithmName, byte[]> digests = candidates.Select(key => key.Curve.HashAlgorithm()).Distinct()
            .ToDictionary(algorithm => algorithm, envelope.PreAuthenticationDigest);
        EcPublicKey signer = candidates.FirstOrDefault(key => key.VerifyDigest(digests[key.Curve.HashAlgorithm()], envelope.Signatures[0].Sig.Span))
            ?? throw VerifyingErrors.SignatureInvalid.At(
                $"The signature was not made with {(candidates.Count == 1 ? "the trusted key" : "any of the trusted keys")}, or the statement was changed after it was signed.");
        BundleTimestamps timestamps = BundleTimestamps.Verify(bundle, timestampAuthorities ?? []);
        return new KeyEvidence(signer)
        {
            SignedTime = timestamps.Earliest?.Time,
            TimeSource = timestamps.Earliest?.Authority.Name,
            TimestampCertificate = timestamps.Earliest?.Signer,
            TimestampCertificates = timestamps.Certificates,
            Keys = [signer.SubjectPublicKeyInfo],
            Warnings = string.IsNullOrEmpty(identifier.Hint) ? [Unnamed, .. timestamps.Warnings] : timestamps.Warnings,
        };
    }
}
