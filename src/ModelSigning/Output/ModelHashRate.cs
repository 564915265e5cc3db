namespace ModelSigning;

/// <summary>How fast one engine or device hashed with one algorithm.</summary>
public sealed class ModelHashRate
{
    internal ModelHashRate(string algorithm, string engine) => (Algorithm, Engine) = (algorithm, engine);

    /// <summary>The digest algorithm: <c>sha256</c>, <c>blake2b</c> or <c>blake3</c>.</summary>
    public string Algorithm { get; }

    /// <summary>What computed the digests: an engine of the processor, such as <c>Avx512 lanes</c>, or a device, such as <c>cpu</c>.</summary>
    public string Engine { get; }

    /// <summary>How many processor threads worked.</summary>
    public int Threads { get; internal init; }

    /// <summary>How many bytes were hashed each time.</summary>
    public long Length { get; internal init; }

    /// <summary>How long it took: the median.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>The rate in bytes per second.</summary>
    public double BytesPerSecond { get; internal init; }

    /// <summary>Whether the module uses this engine for that work on this machine.</summary>
    public bool IsDefault { get; internal init; }

    /// <summary>The model that was hashed: a full path; null where an engine was measured by itself.</summary>
    public string? Path { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() =>
        Invariant($"{Algorithm}, {Engine}: {(BytesPerSecond >= 1e8 ? BytesPerSecond / 1e9 : BytesPerSecond / 1e6):0.00} {(BytesPerSecond >= 1e8 ? 'G' : 'M')}B/s");
}
