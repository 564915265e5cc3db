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
