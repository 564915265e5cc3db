using System.Security.Cryptography;
using System.Text;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Http;
using ModelSigning.Core.Input;

namespace ModelSigning.Sigstore.Signing;

/// <summary>A version of Rekor's interface for writing.</summary>
internal interface IRekorClient
{
    /// <summary>How errors name the service, and what can go wrong with it.</summary>
    static readonly ServiceEndpoint Service = new("the transparency log (Rekor)",
        SigstoreSigningErrors.RekorUnreachable, SigstoreSigningErrors.RekorRefused, SigstoreSigningErrors.RekorAnswerInvalid);

    /// <summary>The rules of the log's answers.</summary>
    static readonly InputRules AnswerRules = new("answer of the transparency log", 4 * 1024 * 1024, SigstoreSigningErrors.RekorAnswerInvalid);

    /// <summary>The log's base address.</summary>
    Uri Address { get; }

    /// <summary>Adds an entry; nothing of the answer is verified yet.</summary>
    TransparencyLogEntry Add(LogProposal proposal, CancellationToken cancellationToken);

    /// <summary>Makes the client of a version.</summary>
    static IRekorClient Create(Uri address, long version, ServiceClient client) => version == 1 ? new RekorV1Client(address, client) : new RekorV2Client(address, client);
}

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
