using System.Globalization;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Timestamps;

namespace ModelSigning.Core.Verifying;

/// <summary>The timestamps of a bundle, judged by the authorities that the caller trusts.</summary>
/// <param name="Earliest">The earliest verified one; null where none is verified.</param>
/// <param name="Warnings">What was not used, and why.</param>
internal sealed record BundleTimestamps(VerifiedTimestamp? Earliest, IReadOnlyList<string> Warnings)
{
    /// <summary>Verifies the timestamps over a bundle's signature.</summary>
    /// <exception cref="Errors.ModelSigningException">
    /// A timestamp of a trusted authority fails, or cannot be read; it is never skipped, or an attacker could pair it with another.
    /// </exception>
    public static BundleTimestamps Verify(Bundle bundle, IReadOnlyList<TimestampAuthority> authorities)
    {
        VerifiedTimestamp? earliest = null;
        int unused = 0;
        foreach (ReadOnlyMemory<byte> timestamp in authorities.Count > 0 ? bundle.VerificationMaterial.Rfc3161Timestamps : [])
        {
            VerifiedTimestamp? verified = TimestampVerifier.Verify(timestamp, bundle.Signature.Span, authorities);
            unused += verified is null ? 1 : 0;
            earliest = verified is null || earliest?.Time <= verified.Time ? earliest : verified;
        }

        int count = bundle.VerificationMaterial.Rfc3161Timestamps.Count;
        IReadOnlyList<string> warnings =
            authorities.Count == 0 && count > 0
                ? [(count == 1 ? "The signature's timestamp was not used" : string.Create(CultureInfo.InvariantCulture, $"The signature's {count} timestamps were not used"))
                    + ", because no timestamp authority is trusted. Specify its root with -TimestampCertificate."]
            : unused > 0
                ? [(count == 1 ? "The signature's timestamp was" : string.Create(CultureInfo.InvariantCulture, $"{unused} of the signature's {count} timestamps {(unused == 1 ? "was" : "were")}"))
                    + " not used, because the authority is not trusted."]
            : [];
        return new BundleTimestamps(earliest, warnings);
    }
}
