using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;
using ModelSigning.Core.Timestamps;
using ModelSigning.Sigstore.Trust;

namespace ModelSigning.Sigstore.Verifying;

/// <summary>
/// Verifies the RFC 3161 timestamps over the raw signature. One of an authority that the trusted root does not list is left out; one of
/// a listed authority that fails is a refusal.
/// </summary>
internal static class TimestampStep
{
    private const string Step = "timestamp";

    /// <exception cref="ModelSigningException"><see cref="SigstoreErrors.Timestamp"/>.</exception>
    internal static IReadOnlyList<VerifiedTime> Verify(SignedContent content, TrustedRoot root, Findings findings)
    {
        List<VerifiedTime> times = [];
        PathBudget budget = new();
        foreach (ReadOnlyMemory<byte> response in content.Bundle.VerificationMaterial.Rfc3161Timestamps)
        {
            if (VerifyOne(response, content.Signature.Span, root, budget) is not { } verified)
            {
                findings.Add(Step, "skipped a timestamp from an authority that is not in the trusted root");
                continue;
            }

            ListedTimestampAuthority authority = root.TimestampAuthorities.First(listed => ReferenceEquals(listed.Authority, verified.Authority));
            times.Add(new VerifiedTime(verified.Time, TimeSourceKind.TimestampAuthority, verified.Authority.Name)
            {
                CountedAs = authority.Operator ?? verified.Authority.Name,
                Signer = verified.Signer,
                Path = verified.Path,
            });
            findings.Add(Step, $"{verified.Authority.Name} confirmed the signature at {Rfc3339.Write(verified.Time)}");
        }

        return times;
    }

    private static VerifiedTimestamp? VerifyOne(ReadOnlyMemory<byte> response, ReadOnlySpan<byte> signature, TrustedRoot root, PathBudget budget)
    {
        try
        {
            return TimestampVerifier.Verify(response, signature, [.. root.TimestampAuthorities.Select(listed => listed.Authority)], budget);
        }
        catch (ModelSigningException error)
        {
            throw SigstoreErrors.Timestamp.At($"{error.Message} ({error.Definition.Id})", error.Target, error);
        }
    }
}
