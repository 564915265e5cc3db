using ModelSigning.Core.Input;

namespace ModelSigning.Sigstore.Trust;

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
