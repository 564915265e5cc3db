using ModelSigning.Core.Bundles;

namespace ModelSigning.Core.Verifying;

/// <summary>A statement whose signature has been verified; only <see cref="SignatureVerifier"/> makes one.</summary>
public sealed class VerifiedStatement
{
    private VerifiedStatement(SignatureEvidence evidence) => Evidence = evidence;

    /// <summary>Who signed, and by what this was established.</summary>
    public SignatureEvidence Evidence { get; }

    internal static VerifiedStatement Read(Bundle bundle, SignatureEvidence evidence) => new(evidence);
}
