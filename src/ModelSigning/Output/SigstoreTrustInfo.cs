using ModelSigning.Sigstore.Trust;

namespace ModelSigning;

/// <summary>The trust of a Sigstore instance: where it comes from, how old it is, and which services it lists.</summary>
public sealed class SigstoreTrustInfo
{
    internal SigstoreTrustInfo(SigstoreTrust trust, DateTimeOffset now)
    {
        Name = trust.Name;
        Repository = trust.Repository?.ToString();
        Origin = trust.Origin.ToString();
        Location = trust.Location;
        AsOf = trust.AsOf?.ToUniversalTime();
        Age = trust.AsOf is { } asOf && now > asOf ? now - asOf : null;
        TufRootVersion = trust.TufRootVersion;
        Expires = trust.Expires?.ToUniversalTime();
        IsExpired = trust.Expires < now;
        Services =
        [
            .. trust.TrustedRoot.CertificateAuthorities.Select(authority => new SigstoreTrustedService(
                "CertificateAuthority", authority.Uri.Length > 0 ? authority.Uri : authority.Certificates[0].Subject, authority.ValidFor, authority.Operator, null, now)),
            .. trust.TrustedRoot.TransparencyLogs.Select(log => SigstoreTrustedService.Of("TransparencyLog", log, now)),
            .. trust.TrustedRoot.CertificateTransparencyLogs.Select(log => SigstoreTrustedService.Of("CertificateTransparencyLog", log, now)),
            .. trust.TrustedRoot.TimestampAuthorities.Select(listed => new SigstoreTrustedService("TimestampAuthority", listed.Authority.Name,
                new ValidityPeriod(listed.Authority.ValidFrom, listed.Authority.ValidUntil), listed.Operator, null, now)),
        ];
    }

    /// <summary>The instance's name; a file's name for a file.</summary>
    public string Name { get; }

    /// <summary>The address of the instance's TUF repository; null for a file.</summary>
    public string? Repository { get; }

    /// <summary><c>Embedded</c> in the module, <c>Cache</c> of an update, or a <c>File</c>.</summary>
    public string Origin { get; }

    /// <summary>The folder or file that it was read from; null for the embedded trust.</summary>
    public string? Location { get; }

    /// <summary>When it was known to be current, in UTC; null for a file.</summary>
    public DateTimeOffset? AsOf { get; }

    /// <summary>How long ago that was.</summary>
    public TimeSpan? Age { get; }

    /// <summary>The version of the TUF root.</summary>
    public long? TufRootVersion { get; }

    /// <summary>When the first of the TUF metadata expires, in UTC.</summary>
    public DateTimeOffset? Expires { get; }

    /// <summary>Whether that time has passed, so that an update is due. Signatures are still verified.</summary>
    public bool IsExpired { get; }

    /// <summary>The logs and authorities that are trusted.</summary>
    public SigstoreTrustedService[] Services { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Origin})";
}

/// <summary>A log or authority that a trusted root lists.</summary>
public sealed class SigstoreTrustedService
{
    internal SigstoreTrustedService(string kind, string name, ValidityPeriod validFor, string? operatedBy, string? unusable, DateTimeOffset now)
    {
        Kind = kind;
        Name = name;
        ValidFrom = validFor.Start?.ToUniversalTime();
        ValidUntil = validFor.End?.ToUniversalTime();
        Operator = operatedBy;
        State = unusable is not null ? $"Unusable: {unusable}"
            : validFor.End < now ? "Past"
            : validFor.Start > now ? "Future"
            : "Current";
    }

    /// <summary>What it is: <c>CertificateAuthority</c>, <c>TransparencyLog</c>, <c>CertificateTransparencyLog</c> or <c>TimestampAuthority</c>.</summary>
    public string Kind { get; }

    /// <summary>Its address, or the subject of its certificate.</summary>
    public string Name { get; }

    /// <summary>The start of its validity, in UTC.</summary>
    public DateTimeOffset? ValidFrom { get; }

    /// <summary>The end of its validity, in UTC; null if it has no end.</summary>
    public DateTimeOffset? ValidUntil { get; }

    /// <summary>The operator; null if the trusted root does not name one.</summary>
    public string? Operator { get; }

    /// <summary><c>Current</c>, <c>Past</c> (still good for signatures of its time), <c>Future</c>, or why it cannot be used.</summary>
    public string State { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Name} ({State})";

    internal static SigstoreTrustedService Of(string kind, LogInstance log, DateTimeOffset now) =>
        new(kind, log.BaseUrl.ToString(), log.ValidFor, log.Operator, log.Unusable, now);
}
