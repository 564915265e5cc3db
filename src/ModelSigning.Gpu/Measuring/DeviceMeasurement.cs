using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Gpu.Devices;
using ModelSigning.Gpu.Kernels;
using ModelSigning.Gpu.Pipeline;
using ModelSigning.Gpu.Resident;
using ModelSigning.Gpu.Sharing;

namespace ModelSigning.Gpu.Measuring;

/// <summary>
/// How fast a device is, each time in its own conditions: data that lies on it, data in page-locked memory of the host,
/// and the bus alone. A measurement doubles its data until it takes a fifth of a second, after a run that is not counted;
/// the allocation of its buffers is not counted either.
/// </summary>
public sealed class DeviceMeasurement
{
    private const long SmallestBytes = 8L << 20;
    private const int SmallestStream = 16 << 10;
    private const long LargestBytes = 64L << 30;
    private const double Enough = 0.2;

    private readonly GpuDevice _device;

    internal DeviceMeasurement(GpuDevice device) => _device = device;

    /// <summary>A measurement of a device.</summary>
    /// <param name="name">Its name, as <see cref="HashDevices.Open(IReadOnlyList{string})"/> takes it.</param>
    /// <exception cref="ModelSigningException">There is no such device, or it cannot be opened.</exception>
    public static DeviceMeasurement Of(string name) => new(DeviceCatalog.Current.Open(HashDevices.Find(name)[0]));

    /// <summary>The rate at which data that lies in the device's memory is hashed.</summary>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="workload">How many streams.</param>
    /// <param name="token">Ends the measurement.</param>
    /// <exception cref="ModelSigningException">The device failed.</exception>
    public MeasuredRate Resident(DigestAlgorithm algorithm, DeviceWorkload workload, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(workload);
        DeviceMemoryHasher hasher = new(_device);
        return Rate(workload.Streams, _device.Accelerator.MemorySize / 4, bytes =>
        {
            using MemoryBuffer1D<byte, Stride1D.Dense> buffer = Noise(bytes);
            ArrayView<byte> view = buffer.View.AsContiguous();
            long length = Math.Max(1, bytes / workload.Streams) & -Quad.Size;
            DeviceRange[] ranges = [.. Enumerable.Range(0, workload.Streams).Select(stream => DeviceRange.Of("r", view, stream * length, length))];
            hasher.Hash(algorithm, ranges, out TimeSpan time, token);
            return new MeasuredRate(length * workload.Streams, time);
        });
    }

    /// <summary>The rate at which data in page-locked memory of the host is copied and hashed.</summary>
    /// <inheritdoc cref="Resident"/>
    public MeasuredRate FromHost(DigestAlgorithm algorithm, DeviceWorkload workload, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(workload);
        return Rate(workload.Streams, LargestBytes, bytes =>
        {
            long length = Math.Max(1, bytes / workload.Streams);
            HashItem[] items = [.. Enumerable.Range(0, workload.Streams).Select(_ => new HashItem("r", 0, length, EndsFile: false))];
            HashJob job = new(algorithm, "", items, threads: 1, new HashProgress());
            TimeSpan time = HashPipeline.Run(_device, job, () => new HostSource(token), PipelineOptions.For(_device.Accelerator), token);
            return new MeasuredRate(length * workload.Streams, time);
        });
    }

    /// <summary>The rate at which page-locked memory of the host is copied to the device and nothing else: that of the bus.</summary>
    /// <param name="token">Ends the measurement.</param>
    /// <exception cref="ModelSigningException">The device failed.</exception>
    public MeasuredRate Copy(CancellationToken token)
    {
        MeasuredRate rate = default;
        lock (_device.Gate)
        {
            _device.Guard(() =>
            {
                HostSource source = new(token);
                using Window window = new(_device, PipelineOptions.For(_device.Accelerator) with { WindowBytes = 64 << 20 }, source);
                rate = Rate(1, LargestBytes, bytes =>
                {
                    Stopwatch clock = Stopwatch.StartNew();
                    for (long done = 0; done < bytes; done += 64 << 20)
                    {
                        token.ThrowIfCancellationRequested();
                        window.EnqueueUpload(0, 64 << 20);
                    }

                    window.Stream.Synchronize();
                    return new MeasuredRate((bytes + (64 << 20) - 1) & -(64L << 20), clock.Elapsed);
                });
            });
        }

        return rate;
    }

    private static MeasuredRate Rate(int streams, long most, Func<long, MeasuredRate> run)
    {
        long least = Math.Max(SmallestBytes, (long)streams * SmallestStream);
        run(least);
        for (long bytes = least; ; bytes *= 2)
        {
            MeasuredRate rate = run(bytes);
            if (rate.Time.TotalSeconds >= Enough || bytes * 2 > most)
            {
                return rate;
            }
        }
    }

    // Zeros would be hashed at the same rate and draw less power, so that the clocks would be others.
    private MemoryBuffer1D<byte, Stride1D.Dense> Noise(long bytes)
    {
        MemoryBuffer1D<byte, Stride1D.Dense>? buffer = null;
        _device.Guard(() =>
        {
            buffer = _device.Accelerator.Allocate1D<byte>(bytes);
            byte[] tile = new byte[SmallestBytes];
            Random.Shared.NextBytes(tile);
            for (long done = 0; done < bytes; done += tile.Length)
            {
                int length = (int)Math.Min(tile.Length, bytes - done);
                buffer.View.AsContiguous().SubView(done, length).CopyFromCPU(tile.AsSpan(0, length));
            }
        });
        return buffer!;
    }
}
