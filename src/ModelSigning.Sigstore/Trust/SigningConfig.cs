namespace ModelSigning.Sigstore.Trust;

/// <summary>Which services sign (<c>dev.sigstore.trustroot.v1.SigningConfig</c>, v0.2).</summary>
public sealed record SigningConfig
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/vnd.dev.sigstore.signingconfig.v0.2+json";

    /// <summary>Certificate authorities (Fulcio).</summary>
    public required IReadOnlyList<SigstoreService> CertificateAuthorities { get; init; }

    /// <summary>OpenID Connect issuers for interactive log-in.</summary>
    public required IReadOnlyList<SigstoreService> OidcIssuers { get; init; }

    /// <summary>Transparency logs (Rekor).</summary>
    public required IReadOnlyList<SigstoreService> TransparencyLogs { get; init; }

    /// <summary>How many of <see cref="TransparencyLogs"/> to write to.</summary>
    public required ServiceSelection TransparencyLogSelection { get; init; }

    /// <summary>Timestamp authorities.</summary>
    public required IReadOnlyList<SigstoreService> TimestampAuthorities { get; init; }

    /// <summary>How many of <see cref="TimestampAuthorities"/> to ask.</summary>
    public required ServiceSelection TimestampAuthoritySelection { get; init; }
}

/// <summary>A service of a signing configuration.</summary>
/// <param name="Url">Its address: a base for all but timestamp authorities, whose address is complete.</param>
/// <param name="MajorApiVersion">The version of its interface; 0 means an unreleased one and is never used.</param>
/// <param name="ValidFor">When it may be used for signing.</param>
/// <param name="Operator">Who runs it; empty when the configuration does not say.</param>
public sealed record SigstoreService(Uri Url, long MajorApiVersion, ValidityPeriod ValidFor, string Operator);

/// <summary>How many services of a list to use (<c>ServiceConfiguration</c>).</summary>
/// <param name="Selector">The rule.</param>
/// <param name="Count">For <see cref="ServiceSelector.Exact"/>: how many.</param>
public sealed record ServiceSelection(ServiceSelector Selector, long Count);

/// <summary>The rules of <see cref="ServiceSelection"/>.</summary>
public enum ServiceSelector
{
    /// <summary>None is given; using the list is an error.</summary>
    Undefined,

    /// <summary>Every service.</summary>
    All,

    /// <summary>Any one of them.</summary>
    Any,

    /// <summary>As many as the count says.</summary>
    Exact,
}
