using ModelSigning.Core.Bundles;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Signing;

/// <summary>The key method (OMS v1.0, 4.2): the bundle names the key by its hint, and the verifier must have it.</summary>
/// <param name="key">The key; the signer does not dispose of it.</param>
/// <param name="timestamp">Asks a timestamp authority; null for no timestamp.</param>
public sealed class KeySigner(ISigningKey key, TimestampRequest? timestamp = null) : ISigner
{
    /// <inheritdoc/>
    public string Method { get; } = SigningMethods.Of(key, "key");

    /// <inheritdoc/>
    public SignatureVerifier? MakeOwnVerifier(CancellationToken cancellationToken) => key.PublicKey is { } half ? new KeyVerifier([half]) : null;

    /// <inheritdoc/>
    public Bundle Sign(ReadOnlyMemory<byte> statement, CancellationToken cancellationToken)
    {
        (DsseEnvelope envelope, EcPublicKey half) = EnvelopeSigner.Sign(key, statement);
        return new Bundle
        {
            Version = BundleVersion.V03,
            VerificationMaterial = new VerificationMaterial
            {
                PublicKey = new PublicKeyIdentifier(half.Hint),
                Rfc3161Timestamps = EnvelopeSigner.Timestamps(timestamp, envelope, cancellationToken),
            },
            DsseEnvelope = envelope,
        };
    }
}
