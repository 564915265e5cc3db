using System.Security.Cryptography;
using System.Text;
using ModelSigning.Core.Bundles;

namespace ModelSigning.Sigstore.Signing;

/// <summary>What is proposed to a transparency log.</summary>
/// <param name="Envelope">The signed envelope; null for the signature of a file.</param>
/// <param name="Digest">SHA-256 of the file, or of the envelope's pre-authentication encoding.</param>
/// <param name="Signature">The signature.</param>
/// <param name="Certificate">The signing certificate in DER.</param>
internal sealed record LogProposal(DsseEnvelope? Envelope, ReadOnlyMemory<byte> Digest, ReadOnlyMemory<byte> Signature, ReadOnlyMemory<byte> Certificate)
{
    /// <summary>The certificate as Rekor v1 wants it: PEM, in base64.</summary>
    public string CertificatePem => Convert.ToBase64String(Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE", Certificate.Span) + "\n"));
}
