using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Gpu.Devices;
using ModelSigning.Gpu.Pipeline;
using ModelSigning.Gpu.Resident;
using ModelSigning.Gpu.Sharing;

namespace ModelSigning.Gpu.Measuring;

/// <summary>
/// How fast a device is, each time in its own conditions: data that lies on it, data in page-locked memory of the host,
/// and the bus alone. A measurement doubles its data until it takes a fifth of a second, after a run that is not counted;
/// the allocation of its buffers is not counted either. Data on the device is then hashed again until a second has passed, so that the clocks are up. What the
/// host has to plan is part of the time.
/// </summary>
public sealed class DeviceMeasurement : IDisposable
{
    private const long SmallestBytes = 8L << 20;
    private const int SmallestStream = 16 << 10;
    private const long LargestBytes = 64L << 30;
    private const long LargestResidentBytes = 16L << 30;
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan EnoughResident = TimeSpan.FromSeconds(1);

    private readonly GpuDevice _device;
    private MemoryBuffer1D<byte, Stride1D.Dense>? _noise;

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
        return Rate(workload, Math.Min(_device.Accelerator.MemorySize / 4, LargestResidentBytes), EnoughResident, bytes =>
        {
            ArrayView<byte> view = Noise(bytes);
            List<DeviceRange> ranges = [];
            long done = 0;
            foreach (long length in workload.Lengths(bytes))
            {
                ranges.Add(DeviceRange.Of("r", view, done, length));
                done += length;
            }

            hasher.Hash(algorithm, ranges, out TimeSpan time, token);
            return new MeasuredRate(done, time);
        });
    }

    /// <summary>The rate at which data in page-locked memory of the host is copied and hashed.</summary>
    /// <inheritdoc cref="Resident"/>
    public MeasuredRate FromHost(DigestAlgorithm algorithm, DeviceWorkload workload, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(workload);
        return Rate(workload, LargestBytes, Enough, bytes =>
        {
            HashItem[] items = [.. workload.Lengths(bytes).Select(length => new HashItem("r", 0, length, EndsFile: false))];
            HashJob job = new(algorithm, "", items, threads: 1, new HashProgress());
            TimeSpan time = HashPipeline.Run(_device, job, () => new HostSource(token), PipelineOptions.For(_device.Accelerator), token);
            return new MeasuredRate(items.Sum(item => item.Length), time);
        });
    }

    /// <summary>The rate at which page-locked memory of the host is copied to the device and nothing else: that of the bus.</summary>
    /// <param name="token">Ends the measurement.</param>
    /// <exception cref="ModelSigningException">The device failed.</exception>
    public MeasuredRate Copy(CancellationToken token) => OnDevice(() =>
    {
        HostSource source = new(token);
        using Window window = new(_device, PipelineOptions.For(_device.Accelerator) with { WindowBytes = 64 << 20 }, source);
        return Rate(DeviceWorkload.OneFile, LargestBytes, Enough, bytes =>
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

    /// <summary>Frees the data on the device.</summary>
    public void Dispose()
    {
        if (_noise is not null)
        {
            OnDevice(() =>
            {
                _noise.Dispose();
                return true;
            });
        }
    }

    private static MeasuredRate Rate(DeviceWorkload workload, long most, TimeSpan enough, Func<long, MeasuredRate> run)
    {
        long bytes = Math.Max(SmallestBytes, (long)(workload.Streams ?? 1) * SmallestStream);
        Stopwatch clock = Stopwatch.StartNew();
        TimeSpan setUp = -run(bytes).Time + clock.Elapsed;
        MeasuredRate rate = run(bytes);
        for (; rate.Time < Enough && bytes * 2 <= most; rate = run(bytes))
        {
            bytes *= 2;
        }

        while (rate.Time < enough)
        {
            MeasuredRate more = run(bytes);
            rate = new MeasuredRate(rate.Bytes + more.Bytes, rate.Time + more.Time);
        }

        return rate with { SetUp = setUp };
    }

    // Zeros would be hashed at the same rate and draw less power, so that the clocks would be others. Kept for the next measurement; all but the first
    // tile of it is copied on the device, because the host's memory is not page-locked.
    private ArrayView<byte> Noise(long bytes) => OnDevice(() =>
    {
        if (_noise is null || _noise.Length < bytes)
        {
            _noise?.Dispose();
            _noise = null;
            _noise = _device.Accelerator.Allocate1D<byte>(bytes);
            ArrayView<byte> all = _noise.View.AsContiguous();
            byte[] tile = new byte[Math.Min(SmallestBytes, bytes)];
            Random.Shared.NextBytes(tile);
            all.SubView(0, tile.Length).CopyFromCPU(tile);
            using AcceleratorStream stream = _device.Accelerator.CreateStream();
            for (long done = tile.Length; done < bytes; done *= 2)
            {
                long length = Math.Min(done, bytes - done);
                all.SubView(done, length).CopyFrom(stream, all.SubView(0, length));
            }

            stream.Synchronize();
        }

        return _noise.View.AsContiguous();
    });

    private T OnDevice<T>(Func<T> work) => DeviceThread.Run(() =>
    {
        lock (_device.Gate)
        {
            T result = default!;
            _device.Guard(() =>
            {
                _device.Accelerator.Bind();
                result = work();
            });
            return result;
        }
    });
}
