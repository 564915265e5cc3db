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
