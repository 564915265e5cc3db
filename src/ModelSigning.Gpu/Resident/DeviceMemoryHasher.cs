using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Gpu.Devices;
using ModelSigning.Gpu.Pipeline;

namespace ModelSigning.Gpu.Resident;

/// <summary>
/// Hashes data that already lies in a device's memory, without a copy to the host: the digests are those of the same bytes in a file. Safe for
/// several threads, which then wait for each other.
/// </summary>
internal sealed class DeviceMemoryHasher(GpuDevice device)
{
    /// <summary>Hashes ranges.</summary>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="ranges">The ranges; SHA-256 and BLAKE2b need many of them to be fast.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>A digest for each range, in their order.</returns>
    /// <exception cref="ModelSigningException">
    /// A range is of another device (<see cref="GpuErrors.DeviceRangeOutside"/>), or the device failed.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> Digests(
        DigestAlgorithm algorithm, IReadOnlyList<DeviceRange> ranges, CancellationToken cancellationToken = default)
    {
        HashJob job = Hash(algorithm, ranges, out _, cancellationToken);
        return [.. Enumerable.Range(0, ranges.Count).Select(index => (ReadOnlyMemory<byte>)job.Digest(index).ToArray())];
    }

    /// <summary>Hashes ranges and says how long it took once the buffers were there.</summary>
    public HashJob Hash(DigestAlgorithm algorithm, IReadOnlyList<DeviceRange> ranges, out TimeSpan time, CancellationToken cancellationToken)
    {
        HashItem[] items = new HashItem[ranges.Count];
        for (int index = 0; index < items.Length; index++)
        {
            ranges[index].Require(device);
            items[index] = new HashItem(ranges[index].Name, 0, ranges[index].Length, EndsFile: false);
        }

        HashJob job = new(algorithm, "", items, threads: 1, new HashProgress());
        time = HashPipeline.Run(
            device, job, () => new DeviceSource(ranges, cancellationToken), PipelineOptions.ForResident(device.Accelerator, algorithm), cancellationToken);
        return job;
    }
}
