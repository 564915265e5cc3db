using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Policy;

/// <summary>A signer that a rule accepts.</summary>
/// <param name="Type">The signer's kind: <c>key</c>, <c>certificate</c> or <c>sigstore</c>.</param>
/// <param name="Description">The signer in one line, for people: a hint, a subject, an identity.</param>
/// <param name="Verifier">Verifies that a bundle's signature is this signer's.</param>
public sealed record TrustedSigner(string Type, string Description, SignatureVerifier Verifier)
{
    /// <summary>Whether the signer's signatures can have a confirmed time, under this policy.</summary>
    public bool CanHaveTime { get; init; }

    /// <summary>
    /// Whether the signer's signatures prove that they are not older than they say. A timestamp does not: anyone can have an old signature stamped again.
    /// </summary>
    public bool ProvesAge { get; init; }

    /// <summary>Sentences for the author of the policy: what it allows beyond what it probably means to.</summary>
    public IReadOnlyList<string> Advice { get; init; } = [];
}
