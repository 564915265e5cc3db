using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;
using ModelSigning.Core.Verifying;
using ModelSigning.Sigstore.Verifying;

namespace ModelSigning;

/// <summary>What the steps of a verification found, as -Verbose tells it.</summary>
internal static class Narration
{
    /// <summary>The steps behind a verdict whose signature holds, in their order.</summary>
    /// <param name="verified">The verdict.</param>
    /// <param name="hashed">What was hashed, how and how fast.</param>
    internal static IEnumerable<string> Of(VerificationResult verified, string hashed)
    {
        SignatureEvidence evidence = verified.Statement.Evidence;
        Serialization serialization = verified.Statement.Serialization;
        foreach (string line in Signer(evidence))
        {
            yield return line;
        }

        yield return evidence.SignedTime is { } time
            ? $"Signed at {Rfc3339.Write(time)}, confirmed by '{evidence.TimeSource}'."
            : "The signing time is not known, because no trusted timestamp or log confirms it.";
        yield return $"The statement lists {Quantity.Of(verified.Statement.Manifest.Resources.Count, "resource")} by {serialization.HashType.Identifier()}"
            + (serialization.ShardSize is { } shard ? $", in shards of {Quantity.Of(shard, "byte")}." : ".");
        yield return hashed;
        ManifestDifference difference = verified.Difference;
        yield return difference.IsEmpty
            ? "No signed file is changed or missing, and none was added."
            : $"{difference.Mismatched.Count} changed, {difference.Missing.Count} missing, {difference.Extra.Count} added.";
    }

    private static IEnumerable<string> Signer(SignatureEvidence evidence) => evidence switch
    {
        KeyEvidence key => [$"The signature verifies with the key {key.Signer} ({key.KeyAlgorithm}), read from '{key.Key.Source}'."],
        CertificateEvidence certificate =>
        [
            $"The signature verifies with the certificate '{certificate.Signer}' ({certificate.KeyAlgorithm}).",
            $"Its chain leads to the trusted certificate '{certificate.Anchor}'"
                + (certificate.Path.Count > 2 ? $" over {Quantity.Of(certificate.Path.Count - 2, "intermediate")}." : "."),
        ],
        SigstoreEvidence sigstore => sigstore.Verification.Findings.Select(finding => $"{finding.Step}: {finding.Text}."),
        _ => [$"Signed by '{evidence.Signer}'."],
    };
}
