using ModelSigning.Core.Input;

namespace ModelSigning.Core.Bundles;

/// <summary>Reads the <c>verificationMaterial</c> of a bundle.</summary>
internal static class MaterialReader
{
    /// <summary>The names of <c>dev.sigstore.common.v1.HashAlgorithm</c> at their numbers.</summary>
    internal static readonly string[] HashAlgorithms = ["", "SHA2_256", "SHA2_384", "SHA2_512", "SHA3_256", "SHA3_384"];

    private static readonly string[] Kinds = ["publicKey", "x509CertificateChain", "certificate"];

    internal static VerificationMaterial Read(ProtoObject material)
    {
        string[] kinds = [.. Kinds.Where(material.Has)];
        if (kinds.Length != 1)
        {
            throw kinds.Length == 0
                ? material.Refuse(BundleErrors.BundleWithoutMaterial, "it has neither a public key nor a certificate")
                : material.Refuse($"it has both '{kinds[0]}' and '{kinds[1]}', but must have exactly one of them");
        }

        return new VerificationMaterial
        {
            PublicKey = material.Message("publicKey") is { } key ? ReadKey(key) : null,
            X509CertificateChain = material.Message("x509CertificateChain") is { } chain ? ReadChain(chain) : null,
            Certificate = material.Message("certificate") is { } certificate ? ReadCertificate(certificate) : (ReadOnlyMemory<byte>?)null,
            TlogEntries = [.. material.Messages("tlogEntries", BundleReader.MaximumCount).Select(TransparencyLogEntryReader.Read)],
            Rfc3161Timestamps = material.Message("timestampVerificationData") is { } data
                ? [.. data.Messages("rfc3161Timestamps", BundleReader.MaximumCount).Select(ReadTimestamp)]
                : [],
        };
    }

    private static PublicKeyIdentifier ReadKey(ProtoObject key)
    {
        string hint = key.Text("hint");
        return new PublicKeyIdentifier(hint.Length == 0 ? null : hint, key.Bytes("rawBytes"));
    }

    private static ReadOnlyMemory<byte>[] ReadChain(ProtoObject chain)
    {
        IReadOnlyList<ProtoObject> certificates = chain.Messages("certificates", BundleReader.MaximumCount);
        return certificates.Count > 0
            ? [.. certificates.Select(ReadCertificate)]
            : throw chain.Refuse(BundleErrors.BundleWithoutMaterial, "its certificate chain is empty");
    }

    private static ReadOnlyMemory<byte> ReadCertificate(ProtoObject certificate) => certificate.Bytes("rawBytes") ??
        throw certificate.Refuse(BundleErrors.BundleWithoutMaterial, $"'{certificate.PathOf("rawBytes")}' is empty");

    private static ReadOnlyMemory<byte> ReadTimestamp(ProtoObject timestamp) => timestamp.Bytes("signedTimestamp") ??
        throw timestamp.Refuse(BundleErrors.BundleIncomplete, $"'{timestamp.PathOf("signedTimestamp")}' is empty");
}
