using System.Security.Cryptography;
using System.Text;

namespace ModelSigning.Core.Bundles;

/// <summary>
/// A Sigstore bundle (protobuf <c>dev.sigstore.bundle.v1.Bundle</c> in JSON; OMS v1.0, section 4): who signed, and what.
/// Nothing in it is verified. <see cref="BundleReader"/> makes it from bytes, <see cref="BundleWriter"/> turns it into bytes.
/// </summary>
public sealed record Bundle
{
    /// <summary>The one media type that is written: <c>application/vnd.dev.sigstore.bundle.v0.3+json</c>.</summary>
    public const string MediaTypeV03 = "application/vnd.dev.sigstore.bundle.v0.3+json";

    /// <summary>The format's version: 0.1, 0.2 or 0.3.</summary>
    public required BundleVersion Version { get; init; }

    /// <summary>The key or certificate that the signature claims, its log entries and timestamps.</summary>
    public required VerificationMaterial VerificationMaterial { get; init; }

    /// <summary>The signed envelope; null when the bundle carries a <see cref="MessageSignature"/>. Exactly one of the two is there.</summary>
    public DsseEnvelope? DsseEnvelope { get; init; }

    /// <summary>The signature over a file's digest; null when the bundle carries an envelope.</summary>
    public MessageSignature? MessageSignature { get; init; }

    /// <summary>SHA-256 of the bytes that the bundle was read from; empty for one that was made here.</summary>
    internal ReadOnlyMemory<byte> FileDigest { get; init; }

    /// <summary>The raw signature: of the envelope's only signature, or of the message.</summary>
    public ReadOnlyMemory<byte> Signature => DsseEnvelope is { } envelope ? envelope.Signatures[0].Sig : MessageSignature!.Signature;
}

/// <summary>The versions of the bundle format.</summary>
public enum BundleVersion
{
    /// <summary>0.1: certificate chain, log entries with an inclusion promise.</summary>
    V01,

    /// <summary>0.2: certificate chain, log entries with an inclusion proof.</summary>
    V02,

    /// <summary>0.3, under its old and its new media type: a single certificate, log entries with an inclusion proof.</summary>
    V03,
}

/// <summary>
/// What a bundle brings for its verification (<c>verificationMaterial</c>). Exactly one of <see cref="PublicKey"/>,
/// <see cref="X509CertificateChain"/> and <see cref="Certificate"/> is set. None of it gives trust.
/// </summary>
public sealed record VerificationMaterial
{
    /// <summary>Names a key that the verifier must have; the key method.</summary>
    public PublicKeyIdentifier? PublicKey { get; init; }

    /// <summary>DER certificates, the signing one first; the certificate method, and Sigstore bundles before 0.3.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? X509CertificateChain { get; init; }

    /// <summary>The signing certificate alone, in DER; the Sigstore method from 0.3 on.</summary>
    public ReadOnlyMemory<byte>? Certificate { get; init; }

    /// <summary>The transparency log's entries; empty for the key and certificate methods. At most 32.</summary>
    public IReadOnlyList<TransparencyLogEntry> TlogEntries { get; init; } = [];

    /// <summary>The method that the material is of, unless it is forged.</summary>
    public SignatureMethod ClaimedMethod =>
        PublicKey is not null ? SignatureMethod.Key : TlogEntries.Count > 0 ? SignatureMethod.Sigstore : SignatureMethod.Certificate;

    /// <summary>Whole RFC 3161 TimeStampResp structures in DER or BER. At most 32.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Rfc3161Timestamps { get; init; } = [];
}

/// <summary>Names a public key (<c>publicKey</c>); never the source of a key.</summary>
/// <param name="Hint">
/// The OMS hint: lower-case hexadecimal SHA-256 of the key's PEM text; null in bundles before 1.1.
/// </param>
/// <param name="RawBytes">The older form: the PEM text of the key itself. Ignored for trust.</param>
public sealed record PublicKeyIdentifier(string? Hint, ReadOnlyMemory<byte>? RawBytes = null);

/// <summary>The methods of OMS.</summary>
public enum SignatureMethod
{
    /// <summary>A key pair; the verifier has the public key.</summary>
    Key,

    /// <summary>An X.509 certificate that chains to one the verifier trusts.</summary>
    Certificate,

    /// <summary>A Sigstore identity.</summary>
    Sigstore,
}

/// <summary>A DSSE envelope (DSSE 1.0, envelope.md): a payload, its type and one signature.</summary>
public sealed record DsseEnvelope
{
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

    /// <summary>Whether some bytes begin as <see cref="PreAuthenticationEncoding()"/> does, or as that of model-signing 0.2.0 for Python: whoever signs them signs an envelope.</summary>
    internal static bool IsEncoding(ReadOnlySpan<byte> start) => start.StartsWith("DSSEv1 "u8) || start.StartsWith("DSSEV1 "u8);

    private static byte[] EncodingHead(string payloadType, int payloadLength) => Encoding.UTF8.GetBytes(Invariant($"DSSEv1 {Encoding.UTF8.GetByteCount(payloadType)} {payloadType} {payloadLength} "));
}

/// <summary>One signature of an envelope.</summary>
/// <param name="Sig">The signature's bytes; for ECDSA the DER <c>SEQUENCE { r, s }</c>.</param>
/// <param name="KeyId">Unauthenticated and never used; null where the bundle has none.</param>
public sealed record DsseSignature(ReadOnlyMemory<byte> Sig, string? KeyId);

/// <summary>A signature over a file (<c>messageSignature</c>).</summary>
/// <param name="DigestAlgorithm">The name of the digest's algorithm as the bundle has it (<c>SHA2_256</c>); null without a digest.</param>
/// <param name="Digest">A hint at the file's digest; null when the bundle has none. Never what is verified.</param>
/// <param name="Signature">The signature's bytes.</param>
public sealed record MessageSignature(string? DigestAlgorithm, ReadOnlyMemory<byte>? Digest, ReadOnlyMemory<byte> Signature);
