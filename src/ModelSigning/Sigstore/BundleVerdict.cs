using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Verifying;

namespace ModelSigning;

/// <summary>Makes the results of Test-SigstoreBundle.</summary>
internal static class BundleVerdict
{
    internal static SigstoreBundleResult Of(SigstoreVerification verified, string name, string bundle)
    {
        VerifiedTime? earliest = verified.Times.Count > 0 ? verified.Times[0] : null;
        return new SigstoreBundleResult(name)
        {
            BundlePath = bundle,
            StatusValue = ModelSignatureStatus.Valid,
            StatusMessage = "The file is exactly as it was signed.",
            Identity = verified.Identity is { } identity ? Printable.Of(identity.Name.Value) : null,
            IdentityType = verified.Identity?.Name.Type.ToString(),
            Issuer = verified.Identity is { } confirmed ? Printable.Of(confirmed.Issuer) : null,
            KeyAlgorithm = verified.KeyName,
            KeyHint = verified.KeyHint,
            SignedTime = earliest?.Time.ToUniversalTime(),
            TimeSource = earliest?.Source,
            LogEntries = SigstoreLogEntry.Of(verified),
            Claims = verified.Identity?.Extensions.ByName.ToDictionary(claim => claim.Key, claim => Printable.Of(claim.Value), StringComparer.OrdinalIgnoreCase) ?? [],
            Findings = [.. verified.Findings.Select(finding => Printable.Of($"{finding.Step}: {finding.Text}."))],
        };
    }

    internal static SigstoreBundleResult Of(ModelSigningException refusal, string name, string? bundle) => new(name)
    {
        BundlePath = bundle,
        StatusValue = StatusNames.Of(refusal.Definition),
        StatusMessage = Printable.Of(refusal.Message),
        ErrorId = refusal.Definition.Id,
    };
}
