using System.Security.Cryptography.X509Certificates;

namespace ModelSigning.Sigstore.Verifying;

/// <summary>The clocks that can confirm a signing time.</summary>
public enum TimeSourceKind
{
    /// <summary>A timestamp authority (RFC 3161).</summary>
    TimestampAuthority,

    /// <summary>A transparency log's signed entry timestamp.</summary>
    TransparencyLog,
}

/// <summary>A time at which the signature existed, by a clock that the trusted root lists.</summary>
/// <param name="Time">The time, in UTC.</param>
/// <param name="Kind">The sort of clock.</param>
/// <param name="Source">The clock's address or name.</param>
public sealed record VerifiedTime(DateTimeOffset Time, TimeSourceKind Kind, string Source)
{
    /// <summary>What counts once against a threshold: the operator, or else the clock.</summary>
    internal string CountedAs { get; init; } = Source;

    /// <summary>The certificate of the timestamp authority; null for a log.</summary>
    internal X509Certificate2? Signer { get; init; }
}
