namespace ModelSigning.Gpu.Measuring;

/// <summary>What a device is measured with.</summary>
/// <param name="Streams">How many equal streams; null for the tensors of a language model, from 2 to 64 MiB.</param>
public sealed record DeviceWorkload(int? Streams)
{
    // The proportions of projections, gates and halves of them, in MiB.
    private static readonly int[] TensorSizes = [32, 8, 8, 32, 64, 64, 64, 2, 4, 16];

    /// <summary>A single large file: what BLAKE3 is at its best with, and SHA-256 and BLAKE2b at their worst on a GPU.</summary>
    public static DeviceWorkload OneFile { get; } = new(1);

    /// <summary>Many shards or files: 4,096 of them.</summary>
    public static DeviceWorkload ManyStreams { get; } = new(4096);

    /// <summary>Weights as a server has loaded them.</summary>
    public static DeviceWorkload Tensors { get; } = new((int?)null);

    /// <summary>The lengths of the streams that a number of bytes is divided into, each a multiple of 16 bytes.</summary>
    internal IReadOnlyList<long> Lengths(long bytes)
    {
        if (Streams is int streams)
        {
            return [.. Enumerable.Repeat(Math.Max(16, bytes / streams) & -16L, streams)];
        }

        List<long> lengths = [];
        for (long done = 0; done < bytes; done += lengths[^1])
        {
            lengths.Add(Math.Min((long)TensorSizes[lengths.Count % TensorSizes.Length] << 20, bytes - done));
        }

        return lengths;
    }
}
