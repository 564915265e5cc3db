namespace ModelSigning.Gpu.Measuring;

/// <summary>What a device is measured with: equal streams.</summary>
/// <param name="Streams">How many.</param>
public sealed record DeviceWorkload(int Streams)
{
    /// <summary>A single large file: what BLAKE3 is at its best with, and SHA-256 and BLAKE2b at their worst on a GPU.</summary>
    public static DeviceWorkload OneFile { get; } = new(1);

    /// <summary>Many shards or files: 4,096 of them.</summary>
    public static DeviceWorkload ManyStreams { get; } = new(4096);
}
