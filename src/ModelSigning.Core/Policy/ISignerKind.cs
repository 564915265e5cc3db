using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Policy;

/// <summary>
/// One kind of signer that a policy can name: a key, a certificate, a Sigstore identity. A method plugs in here, so that the
/// policy needs only the value of its <c>type</c>.
/// </summary>
public interface ISignerKind
{
    /// <summary>What <c>type</c> says in the policy: <c>key</c>, <c>certificate</c>, <c>sigstore</c>.</summary>
    string Type { get; }

    /// <summary>Reads a signer of this kind. Members that it does not read are refused afterwards.</summary>
    /// <param name="signer">The signer's object in the policy.</param>
    /// <exception cref="Errors.ModelSigningException">A member is wrong, or a file that it names cannot be read.</exception>
    TrustedSigner Read(PolicyElement signer);
}

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
