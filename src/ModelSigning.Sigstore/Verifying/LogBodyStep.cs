using System.Security.Cryptography;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;
using ModelSigning.Sigstore.TransparencyLog;

namespace ModelSigning.Sigstore.Verifying;

/// <summary>Compares what the verified log entries say with the bundle: the signature, the signer and the digest, all three.</summary>
internal static class LogBodyStep
{
    /// <exception cref="ModelSigningException"><see cref="SigstoreErrors.LogBody"/>.</exception>
    internal static void Check(SignedContent content, IReadOnlyList<LogEvidence> entries, IArtifact? artifact)
    {
        foreach (LogEvidence entry in entries)
        {
            LogBody body = LogBody.Read(entry.Entry, content.IsEnvelope);
            string where = $"the entry {entry.Entry.LogIndex} of {entry.Instance.BaseUrl}";
            if (!body.Signature.Span.SequenceEqual(content.Signature.Span))
            {
                throw Differs("signature", where, body.Signature, content.Signature);
            }

            bool sameSigner = content.Leaf is { } leaf
                ? body.VerifierIsCertificate && body.Verifier.Span.SequenceEqual(leaf.Certificate.RawDataMemory.Span)
                : !body.VerifierIsCertificate && body.Verifier.Span.SequenceEqual(content.Key.SubjectPublicKeyInfo.Span);
            if (!sameSigner)
            {
                throw Differs(content.Leaf is null ? "key" : "certificate", where, body.Verifier, content.Leaf?.Certificate.RawDataMemory ?? content.Key.SubjectPublicKeyInfo);
            }

            ReadOnlyMemory<byte> digest = DigestOf(content, body, artifact);
            if (!body.Digest.Span.SequenceEqual(digest.Span))
            {
                throw SigstoreErrors.LogBody.At(
                    $"The signed content has the {body.DigestAlgorithm.Name} digest {Hexadecimal.Write(digest.Span)}, but {where} has {Hexadecimal.Write(body.Digest.Span)}.");
            }
        }
    }

    private static ReadOnlyMemory<byte> DigestOf(SignedContent content, LogBody body, IArtifact? artifact) => body.DigestOf switch
    {
        LoggedContent.Payload => CryptographicOperations.HashData(body.DigestAlgorithm, content.Bundle.DsseEnvelope!.Payload.Span),
        LoggedContent.PreAuthenticationEncoding => content.Bundle.DsseEnvelope!.PreAuthenticationDigest(body.DigestAlgorithm),
        _ => artifact!.Digest(body.DigestAlgorithm),
    };

    private static ModelSigningException Differs(string what, string where, ReadOnlyMemory<byte> found, ReadOnlyMemory<byte> expected) =>
        SigstoreErrors.LogBody.At(
            $"The {what} in {where} (SHA-256 {Hexadecimal.Write(SHA256.HashData(found.Span))}) is not the bundle's ({Hexadecimal.Write(SHA256.HashData(expected.Span))}).");
}
