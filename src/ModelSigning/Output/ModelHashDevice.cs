namespace ModelSigning;

/// <summary>A device that can hash models, or that could and why it cannot.</summary>
public sealed class ModelHashDevice
{
    internal ModelHashDevice(string device, string kind, string name) => (Device, Kind, Name) = (device, kind, name);

    /// <summary>The name to specify with -Device, such as <c>cpu</c> or <c>cuda:0</c>; empty for a device that cannot be used.</summary>
    public string Device { get; }

    /// <summary>The device's interface: <c>Cpu</c>, <c>Cuda</c> or <c>OpenCl</c>.</summary>
    public string Kind { get; }

    /// <summary>The name that the driver reports; empty if no device of this kind was found.</summary>
    public string Name { get; }

    /// <summary>Whether the device can hash.</summary>
    public bool Available => Reason is null;

    /// <summary>The device's memory in bytes; null for the processor and for a device that cannot be used.</summary>
    public long? Memory { get; internal init; }

    /// <summary>The number of cores, multiprocessors or compute units; null for a device that cannot be used.</summary>
    public int? Processors { get; internal init; }

    /// <summary>The measured rate of BLAKE3 for data in the host's memory, in bytes per second; null if it was not measured.</summary>
    public double? BytesPerSecond { get; internal set; }

    /// <summary>What the device is not suited for, and what to do instead; null for the processor and for a device that cannot be used.</summary>
    public string? Advice { get; internal init; }

    /// <summary>Why the device cannot be used, and what to do; null for a device that can be used.</summary>
    public string? Reason { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => Device.Length > 0 ? Device : Kind;
}
