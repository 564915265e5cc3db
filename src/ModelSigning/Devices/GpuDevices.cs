using System.Runtime.CompilerServices;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Measuring;
using ModelSigning.Core.Loaded;
using ModelSigning.Gpu;
using ModelSigning.Gpu.Devices;
using ModelSigning.Gpu.Measuring;
using ModelSigning.Gpu.Resident;
using ModelSigning.Gpu.Sharing;

namespace ModelSigning;

/// <summary>
/// The one class that uses the types of the GPU assembly, which is loaded, and ILGPU with it, only by a call that comes here. No signature here has
/// one of those types, and no call is compiled into its caller's body, which would load the assembly before any line of that body runs.
/// </summary>
internal static class GpuDevices
{
    /// <summary>Opens devices by name; the names are those of <see cref="HashDevices.Open(IReadOnlyList{string})"/>.</summary>
    /// <exception cref="Core.Errors.ModelSigningException">A name stands for no device, or the device cannot be opened.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static IHashDevice Open(IReadOnlyList<string> names) => HashDevices.Open(names);

    /// <summary>The devices beside the processor that can hash, without a rate.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static ModelHashDevice[] Available() => [.. HashDevices.Available.Select(device => new ModelHashDevice(device.Id, device.Kind.ToString(), device.Name)
    {
        Memory = device.Memory,
        Processors = device.Multiprocessors,
        Advice = StreamAdvice.Text,
    })];

    /// <summary>The devices, and kinds of device, that cannot hash, each with the reason.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static ModelHashDevice[] Missing() => [.. HashDevices.Missing.Select(missing => new ModelHashDevice("", missing.Kind.ToString(), missing.Name) { Reason = missing.Reason })];

    /// <summary>The processor's rate with BLAKE3, in bytes a second, as devices are measured.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static double ProcessorRate(CancellationToken token) => ProcessorMeasurement.Rate(DigestAlgorithm.Blake3, Environment.ProcessorCount, token);

    /// <summary>A device's rate with BLAKE3 of data in the host's memory, in bytes a second.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static double Rate(string device, CancellationToken token)
    {
        using DeviceMeasurement measurement = DeviceMeasurement.Of(device);
        return measurement.FromHost(DigestAlgorithm.Blake3, DeviceWorkload.OneFile, token).BytesPerSecond;
    }

    /// <summary>Measures devices by name, without files.</summary>
    /// <exception cref="Core.Errors.ModelSigningException">A name stands for no device, or a device failed.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static IReadOnlyList<HashMeasurement> Measure(IReadOnlyList<string> names, IReadOnlyList<DigestAlgorithm> algorithms, CancellationToken token)
    {
        List<HashMeasurement> measured = [];
        foreach (HashDeviceDescription device in names.SelectMany(HashDevices.Find).Distinct())
        {
            using DeviceMeasurement measurement = DeviceMeasurement.Of(device.Id);
            foreach (DigestAlgorithm algorithm in algorithms)
            {
                DeviceWorkload workload = algorithm.Describe().IsTree ? DeviceWorkload.OneFile : DeviceWorkload.ManyStreams;
                MeasuredRate resident = measurement.Resident(algorithm, workload, token), fromHost = measurement.FromHost(algorithm, workload, token);
                measured.Add(Row($"{device.Id} memory", algorithm, resident.Bytes, resident.Time));
                measured.Add(Row($"{device.Id} from host", algorithm, fromHost.Bytes, fromHost.Time));
            }
        }

        return measured;
    }

    /// <summary>What another process has in the memory of a CUDA device.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static ILoadedMemory CudaMemory() => LoadedMemory.Cuda;

    private static HashMeasurement Row(string engine, DigestAlgorithm algorithm, long bytes, TimeSpan time) => new()
    {
        Algorithm = algorithm,
        Engine = engine,
        Threads = 1,
        Bytes = bytes,
        Duration = time,
        IsDefault = false,
    };
}
