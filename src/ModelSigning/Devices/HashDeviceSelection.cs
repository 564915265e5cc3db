using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Runtime.CompilerServices;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Measuring;
using ModelSigning.Gpu;
using ModelSigning.Gpu.Devices;
using ModelSigning.Gpu.Measuring;
using ModelSigning.Gpu.Sharing;

namespace ModelSigning;

/// <summary>The one place from which -Device reaches the GPU assembly, which is loaded, and ILGPU with it, only when a device is named.</summary>
internal static class HashDeviceSelection
{
    /// <summary>The processor's name among the devices.</summary>
    internal const string Processor = "cpu";

    /// <summary>Opens what was named; the processor when nothing was.</summary>
    /// <exception cref="ModelSigningException">A name stands for no device, or the device cannot be opened.</exception>
    internal static IHashDevice Open(IReadOnlyList<string> names) =>
        names.All(name => string.Equals(name, Processor, StringComparison.OrdinalIgnoreCase)) ? new CpuHashDevice() : OpenNamed(names);

    /// <summary>Measures the devices among what was named, without files; the processor has its own measurement.</summary>
    /// <exception cref="ModelSigningException">A name stands for no device, or a device failed.</exception>
    internal static IReadOnlyList<HashMeasurement> Measure(IReadOnlyList<string> names, IReadOnlyList<DigestAlgorithm> algorithms, CancellationToken token)
    {
        string[] devices = [.. names.Where(name => !string.Equals(name, Processor, StringComparison.OrdinalIgnoreCase))];
        return devices.Length == 0 ? [] : MeasureNamed(devices, algorithms, token);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<HashMeasurement> MeasureNamed(string[] names, IReadOnlyList<DigestAlgorithm> algorithms, CancellationToken token)
    {
        List<HashMeasurement> measured = [];
        foreach (HashDeviceDescription device in names.SelectMany(HashDevices.Find).Distinct())
        {
            using DeviceMeasurement measurement = DeviceMeasurement.Of(device.Id);
            foreach (DigestAlgorithm algorithm in algorithms)
            {
                DeviceWorkload workload = algorithm.Describe().IsTree ? DeviceWorkload.OneFile : DeviceWorkload.ManyStreams;
                measured.Add(Row($"{device.Id} memory", algorithm, measurement.Resident(algorithm, workload, token)));
                measured.Add(Row($"{device.Id} from host", algorithm, measurement.FromHost(algorithm, workload, token)));
            }
        }

        return measured;
    }

    private static HashMeasurement Row(string engine, DigestAlgorithm algorithm, MeasuredRate rate) => new()
    {
        Algorithm = algorithm,
        Engine = engine,
        Threads = 1,
        Bytes = rate.Bytes,
        Duration = rate.Time,
        IsDefault = false,
    };

    // In the caller's body this call would load the assembly before any line of it runs.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IHashDevice OpenNamed(IReadOnlyList<string> names) => HashDevices.Open(names);
}

/// <summary>Completes -Device with the devices of this machine.</summary>
public sealed class HashDeviceCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(wordToComplete);
        string word = CompletionText.Bare(wordToComplete);
        (string Name, string Description)[] devices =
        [
            (HashDevices.Auto, "The fastest, by measurement"),
            (HashDevices.Cpu, "The processor"),
            .. HashDevices.Available.Select(device => (device.Id, device.Name)),
        ];
        return devices
            .Where(device => device.Name.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(device => new CompletionResult(device.Name, device.Name, CompletionResultType.ParameterValue, device.Description));
    }
}
