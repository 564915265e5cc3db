using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Measuring;

namespace ModelSigning;

/// <summary>What -Device stands for: the processor, or what <see cref="GpuDevices"/> finds by name.</summary>
internal static class HashDeviceSelection
{
    /// <summary>The processor's name among the devices.</summary>
    internal const string Processor = "cpu";

    /// <summary>The name that leaves the choice to measured rates.</summary>
    internal const string Automatic = "auto";

    /// <summary>Opens what was named; the processor when nothing was.</summary>
    /// <exception cref="ModelSigningException">A name stands for no device, or the device cannot be opened.</exception>
    internal static IHashDevice Open(IReadOnlyList<string> names) => names.All(IsProcessor) ? new CpuHashDevice() : GpuDevices.Open(names);

    /// <summary>Measures the devices among what was named, without files; the processor has its own measurement.</summary>
    /// <exception cref="ModelSigningException">A name stands for no device, or a device failed.</exception>
    internal static IReadOnlyList<HashMeasurement> Measure(IReadOnlyList<string> names, IReadOnlyList<DigestAlgorithm> algorithms, CancellationToken token)
    {
        string[] devices = [.. names.Where(name => !IsProcessor(name))];
        return devices.Length == 0 ? [] : GpuDevices.Measure(devices, algorithms, token);
    }

    /// <summary>Whether a name is the processor's.</summary>
    internal static bool IsProcessor(string name) => string.Equals(name, Processor, StringComparison.OrdinalIgnoreCase);
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
            (HashDeviceSelection.Automatic, "The fastest, by measurement"),
            (HashDeviceSelection.Processor, "The processor"),
            .. GpuDevices.Available().Select(device => (device.Device, device.Name)),
        ];
        return devices
            .Where(device => device.Name.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(device => CompletionText.Result(device.Name, device.Description)).OfType<CompletionResult>();
    }
}
