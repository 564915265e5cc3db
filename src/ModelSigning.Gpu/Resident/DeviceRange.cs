using System.Globalization;
using ILGPU;
using ModelSigning.Core.Errors;
using ModelSigning.Gpu.Devices;

namespace ModelSigning.Gpu.Resident;

/// <summary>
/// A named stretch of a device's memory: a tensor, a shard of weights, a file that was loaded whole. The memory stays its owner's; it must
/// neither be freed nor written while it is hashed.
/// </summary>
public sealed class DeviceRange
{
    private DeviceRange(string name, long length, DeviceBytes bytes)
    {
        Name = name;
        Length = length;
        Bytes = bytes;
    }

    /// <summary>The name, as a manifest is to carry it.</summary>
    public string Name { get; }

    /// <summary>The length in bytes; 0 is allowed.</summary>
    public long Length { get; }

    internal DeviceBytes Bytes { get; }

    /// <summary>A stretch of an ILGPU buffer.</summary>
    /// <param name="name">The name.</param>
    /// <param name="view">The view that the stretch lies in, of an accelerator of the device that is to hash it.</param>
    /// <param name="offset">Where it starts in the view, in bytes.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <exception cref="ModelSigningException"><see cref="GpuErrors.DeviceRangeOutside"/>: it reaches beyond the view.</exception>
    public static DeviceRange Of(string name, ArrayView<byte> view, long offset, long length)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (offset < 0 || length < 0 || offset > view.LengthInBytes - length)
        {
            throw GpuErrors.DeviceRangeOutside.At(string.Create(CultureInfo.InvariantCulture,
                $"The range '{name}' from byte {offset} with {length} bytes exceeds its buffer of {view.LengthInBytes} bytes."), name);
        }

        return new DeviceRange(name, length, new ViewBytes(view, offset));
    }

    /// <summary>The whole of an ILGPU view of bytes.</summary>
    /// <param name="name">The name.</param>
    /// <param name="view">The view, of an accelerator of the device that is to hash it.</param>
    public static DeviceRange Of(string name, ArrayView<byte> view) => Of(name, view, 0, view.LengthInBytes);

    /// <summary>
    /// A stretch of CUDA memory that something else than ILGPU has allocated in this process, as other libraries hand it out
    /// (<c>cudaMalloc</c>, <c>cuMemAlloc</c>, a tensor's data pointer). Work that still writes to it must have been waited for.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="address">The device pointer of its first byte.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <exception cref="ModelSigningException">
    /// <see cref="GpuErrors.DeviceRangeOutside"/>: the driver knows no memory of a device there, or less of it;
    /// <see cref="GpuErrors.HashDeviceNotFound"/>: there is no CUDA driver.
    /// </exception>
    public static DeviceRange OfCudaPointer(string name, nint address, long length)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new DeviceRange(name, length, CudaPointerBytes.Of(name, address, length));
    }
}
