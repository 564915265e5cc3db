using System.Runtime.CompilerServices;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Gpu;

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

    // In the caller's body this call would load the assembly before any line of it runs.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IHashDevice OpenNamed(IReadOnlyList<string> names) => HashDevices.Open(names);
}
