using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;
using ModelSigning.Core.Verifying;

namespace ModelSigning;

/// <summary>What a developer wants to know of a verification, as -Debug tells it: which checks ran, with what values. No secret is among it.</summary>
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
        yield return FormattableString.Invariant($"Took {duration.TotalMilliseconds:0.0} ms.");
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
