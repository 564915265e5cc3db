namespace ModelSigning;

/// <summary>A device that can hash models, or that could and why it cannot.</summary>
public sealed class ModelHashDevice
{
    internal ModelHashDevice(string device, string kind, string name) => (Device, Kind, Name) = (device, kind, name);

    /// <summary>What -Device calls it: <c>cpu</c>, <c>cuda:0</c>; empty for one that cannot be used.</summary>
    public string Device { get; }

    /// <summary>The interface that it is reached by: <c>Cpu</c>, <c>Cuda</c> or <c>OpenCl</c>.</summary>
    public string Kind { get; }

    /// <summary>The name that its driver gives it; empty where no device of the kind was found at all.</summary>
    public string Name { get; }

    /// <summary>Whether it can hash.</summary>
    public bool Available => Reason is null;

    /// <summary>Its memory in bytes; null for the processor and for what cannot be used.</summary>
    public long? Memory { get; internal init; }

    /// <summary>How many cores, multiprocessors or compute units it has; null for what cannot be used.</summary>
    public int? Processors { get; internal init; }

    /// <summary>BLAKE3 of data that comes from the host's memory, in bytes a second, measured just now; null where it was not.</summary>
    public double? BytesPerSecond { get; internal set; }

    /// <summary>What it is not good at, and what to do instead; null for the processor and for what cannot be used.</summary>
    public string? Advice { get; internal init; }

    /// <summary>Why it cannot be used, and what to do; null for one that can.</summary>
    public string? Reason { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => Device.Length > 0 ? Device : Kind;
}
