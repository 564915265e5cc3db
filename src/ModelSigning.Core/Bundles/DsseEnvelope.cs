using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ModelSigning.Core.Bundles;

/// <summary>A DSSE envelope (DSSE 1.0, envelope.md): a payload, its type and one signature.</summary>
public sealed record DsseEnvelope
{
    /// <summary>The type of every payload that is read or written here: an in-toto statement.</summary>
    public const string InTotoPayloadType = "application/vnd.in-toto+json";

    /// <summary>The payload's type, as the envelope says it.</summary>
    public required string PayloadType { get; init; }

    /// <summary>The payload's exact bytes, which the signature is over; never parsed before that is verified.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The signatures; the reader lets exactly one through.</summary>
    public required IReadOnlyList<DsseSignature> Signatures { get; init; }

    /// <summary>
    /// The bytes that are signed (DSSE 1.0, protocol.md, PAE): <c>DSSEv1 SP len(type) SP type SP len(payload) SP payload</c>, the
    /// lengths in decimal, counting bytes.
    /// </summary>
    public byte[] PreAuthenticationEncoding() => PreAuthenticationEncoding(PayloadType, Payload.Span);

    /// <summary>The digest of <see cref="PreAuthenticationEncoding()"/>, without a second copy of the payload.</summary>
    public byte[] PreAuthenticationDigest(HashAlgorithmName algorithm) => PreAuthenticationDigest(PayloadType, Payload.Span, algorithm);

    /// <inheritdoc cref="PreAuthenticationEncoding()"/>
    public static byte[] PreAuthenticationEncoding(string payloadType, ReadOnlySpan<byte> payload)
    {
        byte[] head = EncodingHead(payloadType, payload.Length);
        byte[] encoding = new byte[head.Length + payload.Length];
        head.CopyTo(encoding, 0);
        payload.CopyTo(encoding.AsSpan(head.Length));
        return encoding;
    }

    /// <summary>The digest of <see cref="PreAuthenticationEncoding()"/>, without a second copy of the payload.</summary>
    public static byte[] PreAuthenticationDigest(string payloadType, ReadOnlySpan<byte> payload, HashAlgorithmName algorithm)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(algorithm);
        hash.AppendData(EncodingHead(payloadType, payload.Length));
        hash.AppendData(payload);
        return hash.GetHashAndReset();
    }

    private static byte[] EncodingHead(string payloadType, int payloadLength) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"DSSEv1 {Encoding.UTF8.GetByteCount(payloadType)} {payloadType} {payloadLength} "));
}

/// <summary>One signature of an envelope.</summary>
/// <param name="Sig">The signature's bytes; for ECDSA the DER <c>SEQUENCE { r, s }</c>.</param>
/// <param name="KeyId">Unauthenticated and never used; null where the bundle has none.</param>
public sealed record DsseSignature(ReadOnlyMemory<byte> Sig, string? KeyId);
