using System.Security.Cryptography;
using System.Text.Json;
using ModelSigning.Core.Bundles;
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
        if (envelope.PayloadType != DsseEnvelope.InTotoPayloadType)
        {
            throw SigstoreErrors.Subject.At($"The envelope's payload is of type '{envelope.PayloadType}' and not '{DsseEnvelope.InTotoPayloadType}'.");
        }
    }

    /// <summary>Finds the artifact among the subjects.</summary>
    /// <exception cref="ModelSigningException"><see cref="SigstoreErrors.Subject"/>.</exception>
    internal static void Verify(DsseEnvelope envelope, IArtifact artifact, Findings findings)
    {
        const string source = "payload";
        using JsonDocument document = StrictJson.Parse(envelope.Payload, source, Rules);
        JsonElement statement = document.RootElement;
        string type = statement.TryGetProperty("_type", out JsonElement named) && named.ValueKind == JsonValueKind.String ? named.GetString()! : string.Empty;
        if (type is not ("https://in-toto.io/Statement/v1" or "https://in-toto.io/Statement/v0.1"))
        {
            throw SigstoreErrors.Subject.At($"The payload is of type '{type}', which is no in-toto statement.");
        }

        if (!statement.TryGetProperty("subject", out JsonElement subjects) || subjects.ValueKind != JsonValueKind.Array || subjects.GetArrayLength() == 0)
        {
            throw SigstoreErrors.Subject.At("The statement has no subject.");
        }

        bool found = false;
        List<string> shown = [];
        foreach (JsonElement subject in subjects.EnumerateArray())
        {
            if (subject.ValueKind != JsonValueKind.Object || !subject.TryGetProperty("digest", out JsonElement digests) ||
                digests.ValueKind != JsonValueKind.Object || !digests.EnumerateObject().Any())
            {
                throw SigstoreErrors.Subject.At("A subject of the statement has no digest.");
            }

            foreach (JsonProperty digest in digests.EnumerateObject())
            {
                string value = digest.Value.ValueKind == JsonValueKind.String ? digest.Value.GetString()! : string.Empty;
                found |= IsOf(artifact, digest.Name, value);
                if (shown.Count < MaximumShown)
                {
                    shown.Add($"{digest.Name}:{value}");
                }
            }
        }

        if (!found)
        {
            throw SigstoreErrors.Subject.At(
                $"'{artifact.Name}' ({Digest(artifact)}) is not among the statement's {subjects.GetArrayLength()} subjects ({string.Join(", ", shown)}).", artifact.Name);
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
            string.Equals(Convert.ToHexString(artifact.Digest(known).Span), value, StringComparison.OrdinalIgnoreCase);
    }

    private static string Digest(IArtifact artifact) =>
        $"{artifact.Algorithms[0].Name!.ToLowerInvariant()}:{Hexadecimal.Write(artifact.Digest(artifact.Algorithms[0]).Span)}";
}
