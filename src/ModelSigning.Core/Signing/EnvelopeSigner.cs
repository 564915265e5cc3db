using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Keys;

namespace ModelSigning.Core.Signing;

/// <summary>Asks a timestamp authority for a timestamp over a signature.</summary>
/// <param name="signature">The signature's bytes as the bundle carries them.</param>
/// <param name="cancellationToken">Ends the call.</param>
/// <returns>The whole TimeStampResp (RFC 3161, 2.4.2), checked against the request.</returns>
public delegate ReadOnlyMemory<byte> TimestampRequest(ReadOnlySpan<byte> signature, CancellationToken cancellationToken);

/// <summary>Puts a statement into a signed envelope (DSSE 1.0), the same way for every method that has a key.</summary>
internal static class EnvelopeSigner
{
    /// <summary>Signs a statement.</summary>
    /// <param name="key">The key.</param>
    /// <param name="statement">The statement's bytes.</param>
    /// <returns>The envelope, with one signature, and the key's public half, which has verified it.</returns>
    /// <exception cref="Errors.ModelSigningException">The key refuses, or <see cref="SigningErrors.SigningFailed"/>.</exception>
    public static (DsseEnvelope Envelope, EcPublicKey Key) Sign(ISigningKey key, ReadOnlyMemory<byte> statement)
    {
        ArgumentNullException.ThrowIfNull(key);
        byte[] digest = DsseEnvelope.PreAuthenticationDigest(InTotoStatement.MediaType, statement.Span, key.Curve.HashAlgorithm());
        byte[] signature = key.SignDigest(digest);

        // A private key whose public half is another's, or a fault in a token, must not leave this machine as a signature.
        return key.PublicKey is { } half && half.VerifyDigest(digest, signature)
            ? (new DsseEnvelope
            {
                PayloadType = InTotoStatement.MediaType,
                Payload = statement,
                Signatures = [new DsseSignature(signature, KeyId: "")],
            }, half)
            : throw SigningErrors.SigningFailed.At("The signature of the private key does not match its public key.");
    }

    /// <summary>Gets the timestamps of an envelope's signature.</summary>
    /// <param name="timestamp">Asks an authority; null for no timestamp.</param>
    /// <param name="envelope">The envelope.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Timestamps(TimestampRequest? timestamp, DsseEnvelope envelope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return timestamp is null ? [] : [timestamp(envelope.Signatures[0].Sig.Span, cancellationToken)];
    }
}
