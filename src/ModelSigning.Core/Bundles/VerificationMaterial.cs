namespace ModelSigning.Core.Bundles;

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
