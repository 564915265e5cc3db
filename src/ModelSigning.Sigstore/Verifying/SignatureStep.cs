using System.Security.Cryptography;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;
using ModelSigning.Sigstore.Keys;

namespace ModelSigning.Sigstore.Verifying;

/// <summary>Verifies the signature itself, with the key of the verified certificate or the caller's.</summary>
internal static class SignatureStep
{
    // Ed25519 is over the data and not over a digest, so that all of it is held twice.
    private const int LargestWhole = 64 * 1024 * 1024;

    /// <summary>Verifies an envelope's signature over its type and exact payload.</summary>
    /// <exception cref="ModelSigningException"><see cref="SigstoreErrors.Signature"/>.</exception>
    internal static void VerifyEnvelope(SignedContent content, Findings findings)
    {
        DsseEnvelope envelope = content.Bundle.DsseEnvelope!;
        VerificationKey key = content.Key;
        if (key.Hash is null && envelope.Payload.Length > LargestWhole)
        {
            throw SigstoreErrors.Signature.At($"The envelope's payload has {envelope.Payload.Length} bytes; signatures of {key.Name} keys are verified over {LargestWhole} bytes at most.");
        }

        // Clients of 2022 and 2023 signed with SHA-256 whatever the curve. A digest needs no second copy of the payload.
        bool valid = key.Hash is { } hash
            ? VerifyDigest(hash) || (hash != HashAlgorithmName.SHA256 && VerifyDigest(HashAlgorithmName.SHA256))
            : key.VerifyData(envelope.PreAuthenticationEncoding(), content.Signature.Span);
        if (!valid)
        {
            throw SigstoreErrors.Signature.At($"The envelope's signature does not match the signer's key ({key.Name}) and the payload.");
        }

        findings.Add("signature", $"{key.Name} over the envelope's payload of {envelope.Payload.Length} bytes");

        bool VerifyDigest(HashAlgorithmName algorithm) => key.VerifyHash(envelope.PreAuthenticationDigest(algorithm), algorithm, content.Signature.Span);
    }

    /// <summary>Verifies a signature over a file, or over its digest where only that is known.</summary>
    /// <exception cref="ModelSigningException"><see cref="SigstoreErrors.Signature"/>, <see cref="SigstoreErrors.Digest"/>.</exception>
    internal static void VerifyMessage(SignedContent content, IArtifact artifact, Findings findings)
    {
        MessageSignature message = content.Bundle.MessageSignature!;
        CheckHint(message, artifact);
        VerificationKey key = content.Key;
        HashAlgorithmName[] usable = [.. artifact.Algorithms.Where(key.Accepts).OrderByDescending(algorithm => algorithm == key.Hash)];
        if (key.Hash is { } own && usable.Length == 0)
        {
            // Says which digest is wanted.
            artifact.Digest(own);
        }

        bool valid = key.Hash is null
            ? key.VerifyData(artifact.Content.Span, content.Signature.Span)
            : usable.Any(algorithm => key.VerifyHash(artifact.Digest(algorithm).Span, algorithm, content.Signature.Span));
        if (!valid)
        {
            throw SigstoreErrors.Signature.At($"The signature does not match the signer's key ({key.Name}) and '{artifact.Name}'.", artifact.Name);
        }

        // An envelope's signature, moved to where a file's is: its signer never signed a file.
        if (key.Hash is null ? DsseEnvelope.IsEncoding(artifact.Content.Span) : artifact is FileArtifact { IsEncodedEnvelope: true })
        {
            throw SigstoreErrors.Signature.At($"'{artifact.Name}' begins as what is signed of an envelope does, so its signature can be that of a statement and not of a file.", artifact.Name);
        }

        findings.Add("signature", $"{key.Name} over '{artifact.Name}'");
    }

    /// <summary>The bundle's digest is a hint and unsigned: a wrong one is a refusal, a right one proves nothing.</summary>
    private static void CheckHint(MessageSignature message, IArtifact artifact)
    {
        if (message.Digest is not { } hint)
        {
            return;
        }

        HashAlgorithmName known = message.DigestAlgorithm switch
        {
            "SHA2_256" => HashAlgorithmName.SHA256,
            "SHA2_384" => HashAlgorithmName.SHA384,
            "SHA2_512" => HashAlgorithmName.SHA512,
            string other => throw SigstoreErrors.Digest.At($"The bundle's digest uses the algorithm '{other}', which is not supported."),
            null => throw SigstoreErrors.Digest.At("The bundle's digest has no algorithm."),
        };
        if (artifact.Algorithms.Contains(known) && !artifact.Digest(known).Span.SequenceEqual(hint.Span))
        {
            throw SigstoreErrors.Digest.At(
                $"'{artifact.Name}' has the {known.Name} digest {Hexadecimal.Write(artifact.Digest(known).Span)}, but the bundle is for {Hexadecimal.Write(hint.Span)}.", artifact.Name);
        }
    }
}
