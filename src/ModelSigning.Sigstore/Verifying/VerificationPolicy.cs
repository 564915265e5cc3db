namespace ModelSigning.Sigstore.Verifying;

/// <summary>
/// What a signature must satisfy. Exactly one of <see cref="Signer"/> and <see cref="Key"/> is set: there is no signer that is trusted
/// by default.
/// </summary>
public sealed record VerificationPolicy
{
    /// <summary>Whom to trust, for signatures with a certificate.</summary>
    public IdentityPolicy? Signer { get; init; }

    /// <summary>The key to trust, for signatures without a certificate.</summary>
    public ManagedKey? Key { get; init; }

    /// <summary>
    /// How many transparency logs, of different operators, must hold the signature; 1. With 0 entries of listed logs are still verified.
    /// A certificate's time must then come from a timestamp authority.
    /// </summary>
    public int LogThreshold { get; init; } = 1;

    /// <summary>How many certificate transparency logs, of different operators, must have seen the certificate; 1. 0 switches the check off.</summary>
    public int CertificateTimestampThreshold { get; init; } = 1;

    /// <summary>How many clocks, of different operators, must confirm the time of a certificate's signature; 1, and never less.</summary>
    public int TimeThreshold { get; init; } = 1;
}
