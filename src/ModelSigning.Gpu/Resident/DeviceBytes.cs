using ILGPU;
using ILGPU.Runtime;
using ModelSigning.Gpu.Devices;

namespace ModelSigning.Gpu.Resident;

/// <summary>Memory of a device, however it came to be known.</summary>
internal abstract class DeviceBytes
{
    /// <summary>Whether a kernel of this device may read it where it lies.</summary>
    /// <param name="offset">Where it is to start, in bytes.</param>
    /// <param name="length">How many bytes it reads, but for the rest of the last 16.</param>
    /// <param name="start">Where that is in the buffer, in units of 16 bytes.</param>
    /// <returns>The buffer, or null: the place is not a multiple of 16 bytes, the buffer ends within the last 16, or it is not the device's to read.</returns>
    public abstract MemoryBuffer? Direct(long offset, int length, out long start);

    /// <summary>Copies a part of it to the device's own memory.</summary>
    /// <param name="stream">The device's stream.</param>
    /// <param name="offset">Where the part starts, in bytes.</param>
    /// <param name="target">Where it goes, and how long it is.</param>
    public abstract void EnqueueCopy(AcceleratorStream stream, long offset, ArrayView<byte> target);

    /// <summary>Throws if the memory is not of this device.</summary>
    public abstract void Require(GpuDevice device, string name);
}
