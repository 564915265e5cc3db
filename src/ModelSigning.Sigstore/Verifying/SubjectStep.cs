using System.Security.Cryptography;
using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Claims;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Sigstore.Verifying;

/// <summary>Looks for a file among the subjects of a verified in-toto statement (in-toto Attestation Framework, statement.md).</summary>
internal static class SubjectStep
{
    private const int MaximumShown = 3;
    private static readonly InputRules Rules = new("envelope's payload", BundleReader.MaximumLength, SigstoreErrors.Subject);

    /// <summary>Whether an envelope says that its payload is a statement.</summary>
    /// <exception cref="ModelSigningException"><see cref="SigstoreErrors.Subject"/>.</exception>
    internal static void CheckType(DsseEnvelope envelope)
    {
        if (envelope.PayloadType != InTotoStatement.MediaType)
        {
            throw SigstoreErrors.Subject.At($"The envelope's payload type is '{envelope.PayloadType}', not '{InTotoStatement.MediaType}'.");
        }
    }

    /// <summary>Finds the artifact among the subjects.</summary>
    /// <exception cref="ModelSigningException"><see cref="SigstoreErrors.Subject"/>.</exception>
    internal static void Verify(DsseEnvelope envelope, IArtifact artifact, Findings findings)
    {
        InTotoStatement statement = InTotoStatement.Read(envelope.Payload, "payload", Rules);
        if (!statement.IsOfKnownType)
        {
            throw SigstoreErrors.Subject.At($"The payload is of type '{statement.Type}', which is not an in-toto statement.");
        }

        // The root digest of a model is the SHA-256 of the digests of its files: whoever writes these digests into a file has one of the same digest.
        // A digest alone can be that of such a file. A statement of v1 that lists no file has the root digest of none, so that its subject is what it says; in other versions the subject is the root of a list beside it.
        if (PredicateTypes.IsOfOms(statement.PredicateType)
            && (!ModelStatement.IsSignature(statement.PredicateType) || (statement.Predicate.TryGet("resources", out JsonSlice resources) && resources.Elements.MoveNext())))
        {
            throw SigstoreErrors.Subject.At(
                $"The bundle is the signature of a model, which is about all its files and not about the file '{artifact.Name}'. Use Test-ModelSignature.", artifact.Name);
        }

        bool found = false;
        List<string> shown = [];
        foreach (StatementSubject subject in statement.Subjects)
        {
            if (subject.Digests.TryGet(ModelPin.DigestName, out _))
            {
                throw SigstoreErrors.Subject.At(
                    $"The bundle is a claim about a model, which is about all its files and not about the file '{artifact.Name}'. Use Test-ModelClaim.", artifact.Name);
            }

            foreach (JsonSliceMember digest in subject.Digests.Members)
            {
                string name = digest.Name, value = digest.Value.Text();
                found |= IsOf(artifact, name, value);
                if (shown.Count < MaximumShown)
                {
                    shown.Add($"{name}:{value}");
                }
            }
        }

        if (!found)
        {
            throw SigstoreErrors.Subject.At(
                $"'{artifact.Name}' ({Digest(artifact)}) is not among the statement's {statement.SubjectCount} subjects ({string.Join(", ", shown)}).", artifact.Name);
        }

        findings.Add("subject", $"'{artifact.Name}' is a subject of the signed statement");
    }

    private static bool IsOf(IArtifact artifact, string name, string value)
    {
        HashAlgorithmName? algorithm = name switch
        {
            "sha256" => HashAlgorithmName.SHA256,
            "sha384" => HashAlgorithmName.SHA384,
            "sha512" => HashAlgorithmName.SHA512,
            _ => null,
        };
        return algorithm is { } known && artifact.Algorithms.Contains(known) &&
            Hexadecimal.ReadAnyCase(value) is { } digest && digest.AsSpan().SequenceEqual(artifact.Digest(known).Span);
    }

    private static string Digest(IArtifact artifact) =>
        $"{artifact.Algorithms[0].Name!.ToLowerInvariant()}:{Hexadecimal.Write(artifact.Digest(artifact.Algorithms[0]).Span)}";
}
