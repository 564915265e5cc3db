namespace ModelSigning.Core.Hashing.Measuring;

/// <summary>How fast something hashed.</summary>
internal sealed record HashMeasurement
{
    /// <summary>The digest algorithm.</summary>
    public required DigestAlgorithm Algorithm { get; init; }

    /// <summary>What computed it: an engine of the processor (<c>Avx512 lanes</c>, <c>OpenSSL</c>, …) or the device's name.</summary>
    public required string Engine { get; init; }

    /// <summary>How many processor threads worked.</summary>
    public required int Threads { get; init; }

    /// <summary>How many bytes were hashed in one round.</summary>
    public required long Bytes { get; init; }

    /// <summary>How long a round took: the median of several.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Whether this is what the module itself takes for that work on this machine.</summary>
    public required bool IsDefault { get; init; }

    /// <summary>The rate in bytes per second.</summary>
    public double BytesPerSecond => Bytes / Duration.TotalSeconds;
}
