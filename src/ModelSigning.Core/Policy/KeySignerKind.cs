using ModelSigning.Core.Keys;
using ModelSigning.Core.Timestamps;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Policy;

/// <summary>A public key: <c>{ "type": "key", "publicKey": "team.pub" }</c>; the PEM text itself may stand in the policy as well.</summary>
public sealed class KeySignerKind : ISignerKind
{
    /// <inheritdoc/>
    public string Type => "key";

    /// <inheritdoc/>
    public TrustedSigner Read(PolicyElement signer)
    {
        EcPublicKey key = PolicyFiles.PublicKey(signer, "publicKey");
        IReadOnlyList<TimestampAuthority> clocks = PolicyFiles.TimestampAuthorities(signer);
        return new TrustedSigner(Type, $"The key {key.Hint}", new KeyVerifier([key], clocks)) { CanHaveTime = clocks.Count > 0 };
    }
}
