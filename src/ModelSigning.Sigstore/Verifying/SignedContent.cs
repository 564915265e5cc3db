using ModelSigning.Core.Bundles;
using ModelSigning.Core.Certificates;
using ModelSigning.Sigstore.Keys;

namespace ModelSigning.Sigstore.Verifying;

/// <summary>A bundle of the right shape: evidence of the first step, which the others build on.</summary>
internal sealed record SignedContent
{
    internal required Bundle Bundle { get; init; }

    /// <summary>The signer's certificate; null for a managed key.</summary>
    internal required DecodedCertificate? Leaf { get; init; }

    /// <summary>The key that the signature must be of: the certificate's, or the caller's.</summary>
    internal required VerificationKey Key { get; init; }

    internal bool IsEnvelope => Bundle.DsseEnvelope is not null;

    /// <summary>The raw signature, which timestamps are over.</summary>
    internal ReadOnlyMemory<byte> Signature => Bundle.Signature;

    internal IReadOnlyList<TransparencyLogEntry> Entries => Bundle.VerificationMaterial.TlogEntries;
}
