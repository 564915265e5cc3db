using ModelSigning.Sigstore.Keys;

namespace ModelSigning.Sigstore.Trust;

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
