using ModelSigning.Core.Timestamps;

namespace ModelSigning.Sigstore.Trust;

/// <summary>A timestamp authority that a trusted root lists.</summary>
/// <param name="Authority">Its certificates and when it may be relied on; its name is its address, or its subject where it has none.</param>
/// <param name="Operator">Who runs it; null when the root does not say. Authorities of one operator count once.</param>
public sealed record ListedTimestampAuthority(TimestampAuthority Authority, string? Operator);
