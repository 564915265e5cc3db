using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Input;
using ModelSigning.Core.Timestamps;
using ModelSigning.Sigstore.Keys;

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

    /// <summary>The SHA-256 of the file that it was read from; empty for one inside another file.</summary>
    internal ReadOnlyMemory<byte> Digest { get; init; }
}

/// <summary>A transparency log or certificate transparency log that a trusted root lists (<c>TransparencyLogInstance</c>).</summary>
public sealed record LogInstance
{
    private const int CheckpointHintLength = 4;

    /// <summary>The log's address; its host is the name in the log's checkpoints.</summary>
    public required Uri BaseUrl { get; init; }

    /// <summary>The log's key identifier: 32 bytes.</summary>
    public required ReadOnlyMemory<byte> LogId { get; init; }

    /// <summary>The first four bytes of a checkpoint's signature, where they differ from those of the log id; null otherwise.</summary>
    public ReadOnlyMemory<byte>? CheckpointKeyId { get; init; }

    /// <summary>The log's key; null when it cannot be used.</summary>
    public VerificationKey? Key { get; init; }

    /// <summary>Why the key cannot be used, as the second half of a sentence; null when it can.</summary>
    public string? Unusable { get; init; }

    /// <summary>When the key may be relied on.</summary>
    public required ValidityPeriod ValidFor { get; init; }

    /// <summary>Who runs the log; null when the root does not say. Logs of one operator count once.</summary>
    public string? Operator { get; init; }

    /// <summary>The names that the log may have in its checkpoints; one on a private network may carry its port.</summary>
    internal IReadOnlyList<string> CheckpointNames => [BaseUrl.Host, BaseUrl.Authority];

    /// <summary>The four bytes in front of the log's signature of a checkpoint.</summary>
    internal ReadOnlyMemory<byte> CheckpointHint => CheckpointKeyId ?? LogId[..CheckpointHintLength];

    /// <summary>What counts once: the operator, or else the log.</summary>
    internal string CountedAs => Operator ?? Convert.ToHexString(LogId.Span);

    /// <summary>The periods of several listings of one log, for messages.</summary>
    internal static string Periods(IEnumerable<LogInstance> listings) => string.Join(", or from ", listings.Select(log => log.ValidFor.ToString()));
}

/// <summary>A certificate authority (Fulcio) that a trusted root lists.</summary>
/// <param name="Uri">The authority's address, as the root has it; may be empty.</param>
/// <param name="Certificates">From the issuing certificate to the anchor; the last is trusted, even when it is not a root.</param>
/// <param name="ValidFor">When the authority may be relied on, besides the validity of its certificates.</param>
/// <param name="Operator">Who runs it; null when the root does not say.</param>
public sealed record CertificateAuthority(
    string Uri, IReadOnlyList<X509Certificate2> Certificates, ValidityPeriod ValidFor, string? Operator);

/// <summary>A timestamp authority that a trusted root lists.</summary>
/// <param name="Authority">Its certificates and when it may be relied on; its name is its address, or its subject where it has none.</param>
/// <param name="Operator">Who runs it; null when the root does not say. Authorities of one operator count once.</param>
public sealed record ListedTimestampAuthority(TimestampAuthority Authority, string? Operator);

/// <summary>When something may be relied on (<c>validFor</c>); both ends belong to it.</summary>
/// <param name="Start">The first instant; null when it has none.</param>
/// <param name="End">The last instant; null when it has none.</param>
public sealed record ValidityPeriod(DateTimeOffset? Start, DateTimeOffset? End)
{
    /// <summary>Whether an instant lies in it.</summary>
    public bool Contains(DateTimeOffset time) => (Start is null || Start <= time) && (End is null || time <= End);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{(Start is { } start ? Rfc3339.Write(start) : "the beginning")} to {(End is { } end ? Rfc3339.Write(end) : "no end")}";
}
