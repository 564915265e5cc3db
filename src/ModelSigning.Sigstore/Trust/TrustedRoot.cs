namespace ModelSigning.Sigstore.Trust;

/// <summary>
/// What a Sigstore instance's signatures are verified against (<c>dev.sigstore.trustroot.v1.TrustedRoot</c>): its logs and
/// authorities, those of former days too.
/// </summary>
public sealed record TrustedRoot
{
    /// <summary>The transparency logs (Rekor).</summary>
    public required IReadOnlyList<LogInstance> TransparencyLogs { get; init; }

    /// <summary>The certificate transparency logs, which record certificates.</summary>
    public required IReadOnlyList<LogInstance> CertificateTransparencyLogs { get; init; }

    /// <summary>The certificate authorities (Fulcio).</summary>
    public required IReadOnlyList<CertificateAuthority> CertificateAuthorities { get; init; }

    /// <summary>The timestamp authorities.</summary>
    public required IReadOnlyList<ListedTimestampAuthority> TimestampAuthorities { get; init; }

    /// <summary>Where it was read from, for messages.</summary>
    public required string Source { get; init; }
}
