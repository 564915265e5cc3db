using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;
using ModelSigning.Core.Verifying;
using ModelSigning.Sigstore.Verifying;

namespace ModelSigning;

/// <summary>What the steps of a verification found, as -Verbose shows it.</summary>
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

/// <summary>What a developer wants to know of a verification, as -Debug shows it: which checks ran, with what values. No secret is among it.</summary>
internal static class VerificationDetails
{
    /// <summary>What is asked, before anything is read.</summary>
    internal static string Of(VerificationRequest request) =>
        $"Verifier {request.Verifier.GetType().Name}; source {request.Source?.Kind ?? "plain"}; ignored paths: {List(request.IgnorePaths)}; included paths: {List(request.IncludePaths)}; "
        + $"git paths {(request.IgnoreGitPaths ? "ignored" : "included")}; unsigned files {(request.IgnoreUnsignedFiles ? "ignored" : "refused")}; "
        + $"symbolic links {(request.ForbidSymlinks ? "refused" : "as the statement says")}; claims: {request.ClaimsPath ?? "none asked for, or those beside the model"}.";

    /// <summary>What was found, when the signature held.</summary>
    internal static IEnumerable<string> Of(VerificationResult verified, TimeSpan duration)
    {
        SignatureEvidence evidence = verified.Statement.Evidence;
        yield return $"Signature check: method {evidence.Method}, key {evidence.KeyAlgorithm}, hint {evidence.KeyHint ?? "none"}.";
        foreach (X509Certificate2 certificate in evidence.CertificatePath)
        {
            yield return $"Certificate check: '{certificate.DisplaySubject()}', serial number {certificate.SerialNumber}, SHA-256 {certificate.Sha256Fingerprint()}, "
                + $"valid from {Rfc3339.Write(new DateTimeOffset(certificate.NotBefore))} to {Rfc3339.Write(new DateTimeOffset(certificate.NotAfter))}.";
        }

        yield return $"Time check: signed {(evidence.SignedTime is { } time ? Rfc3339.Write(time) : "at an unknown time")}, "
            + $"not before {(evidence.NotSignedBefore is { } first ? Rfc3339.Write(first) : "no known time")}, by {evidence.TimeSource ?? "no clock"}.";
        yield return $"Content check: root digest {Digests.Root(verified.Statement.Manifest.ComputeRootDigest())}, scope {verified.Scope}, basis {verified.Basis}, "
            + $"{verified.Statement.Manifest.Resources.Count} resources signed, {Quantity.Of(verified.FileCount, "file")} compared, not covered: {List(verified.UncheckedPaths)}.";
        yield return $"Took {Quantity.Milliseconds(duration)}.";
    }

    /// <summary>Why a model was refused, with the exceptions below the refusal.</summary>
    internal static IEnumerable<string> Of(ModelSigningException refusal)
    {
        yield return $"Refused by {refusal.Definition.Id} ({refusal.Definition.Kind}), about '{refusal.Target}'.";
        for (Exception? inner = refusal.InnerException; inner is not null; inner = inner.InnerException)
        {
            yield return $"Caused by {inner.GetType().Name}: {inner.Message}";
        }
    }

    private static string List(IReadOnlyCollection<string> items) => items.Count == 0 ? "none" : string.Join(", ", items.Take(20)) + (items.Count > 20 ? ", …" : "");
}
