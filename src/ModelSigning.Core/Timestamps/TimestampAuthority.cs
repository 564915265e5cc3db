using System.Security.Cryptography.X509Certificates;

namespace ModelSigning.Core.Timestamps;

/// <summary>A timestamp authority that the caller trusts.</summary>
/// <param name="Certificates">
/// The certificate that signs timestamps first, unless the authority is known by its certificate authorities only; the anchor last,
/// which may be an intermediate, or the only one.
/// </param>
/// <param name="ValidFrom">The first instant at which its timestamps are trusted; null for any.</param>
/// <param name="ValidUntil">The last instant at which its timestamps are trusted; null for any.</param>
/// <param name="Name">The authority in one line, for a person.</param>
public sealed record TimestampAuthority(
    IReadOnlyList<X509Certificate2> Certificates, DateTimeOffset? ValidFrom, DateTimeOffset? ValidUntil, string Name);

/// <summary>A timestamp that was verified.</summary>
/// <param name="Time">The instant that the authority confirms.</param>
/// <param name="Authority">The authority.</param>
/// <param name="Signer">The certificate that signed the timestamp.</param>
public sealed record VerifiedTimestamp(DateTimeOffset Time, TimestampAuthority Authority, X509Certificate2 Signer);
