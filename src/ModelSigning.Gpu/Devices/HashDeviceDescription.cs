namespace ModelSigning.Gpu.Devices;

/// <summary>The interfaces through which devices are reached.</summary>
public enum HashDeviceKind
{
    /// <summary>The processor itself: the engine's own lanes, without ILGPU.</summary>
    Cpu,

    /// <summary>NVIDIA's CUDA.</summary>
    Cuda,

    /// <summary>OpenCL, of any vendor.</summary>
    OpenCl,
}

/// <summary>A device that can hash.</summary>
/// <param name="Id">What it is called with <c>-Device</c>: <c>cuda:0</c>, <c>opencl:1</c>.</param>
/// <param name="Kind">The interface.</param>
/// <param name="Name">The name that its driver gives it.</param>
/// <param name="Memory">Its memory in bytes.</param>
/// <param name="Multiprocessors">How many multiprocessors or compute units it has.</param>
/// <param name="IsGpu">Whether it is a GPU; OpenCL also drives processors.</param>
public sealed record HashDeviceDescription(string Id, HashDeviceKind Kind, string Name, long Memory, int Multiprocessors, bool IsGpu);

/// <summary>A device, or a kind of device, that cannot hash.</summary>
/// <param name="Kind">The interface.</param>
/// <param name="Name">The device's name; empty if no device of the kind was found at all.</param>
/// <param name="Reason">Why it cannot, and what to do.</param>
public sealed record MissingHashDevice(HashDeviceKind Kind, string Name, string Reason);
