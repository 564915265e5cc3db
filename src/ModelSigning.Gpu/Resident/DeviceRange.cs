using ILGPU;
using ILGPU.Runtime;
using ModelSigning.Core.Errors;
using ModelSigning.Gpu.Devices;
using ModelSigning.Gpu.Kernels;

namespace ModelSigning.Gpu.Resident;

/// <summary>A named stretch of a device's memory, such as a tensor. The memory stays its owner's; it must neither be freed nor written while it is hashed.</summary>
internal sealed class DeviceRange
{
    private readonly ArrayView<byte> _view;
    private readonly long _first;

    private DeviceRange(string name, ArrayView<byte> view, long first, long length)
    {
        Name = name;
        _view = view;
        _first = first;
        Length = length;
    }

    /// <summary>The name, for errors.</summary>
    public string Name { get; }

    /// <summary>The length in bytes; 0 is allowed.</summary>
    public long Length { get; }

    /// <summary>A stretch of an ILGPU buffer.</summary>
    /// <param name="name">The name.</param>
    /// <param name="view">The view that the stretch lies in, of an accelerator of the device that is to hash it.</param>
    /// <param name="offset">Where it starts in the view, in bytes.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <exception cref="ModelSigningException"><see cref="GpuErrors.DeviceRangeOutside"/>: it reaches beyond the view.</exception>
    public static DeviceRange Of(string name, ArrayView<byte> view, long offset, long length) =>
        offset >= 0 && length >= 0 && offset <= view.LengthInBytes - length
            ? new DeviceRange(name, view, offset, length)
            : throw GpuErrors.DeviceRangeOutside.At(Invariant($"The range '{name}' from byte {offset} with {length} bytes exceeds its buffer of {view.LengthInBytes} bytes."), name);

    /// <summary>Whether a kernel may read a part of it where it lies.</summary>
    /// <param name="offset">Where the part starts, in bytes.</param>
    /// <param name="length">How many bytes it has; the rest of the last 16 is read too.</param>
    /// <param name="start">Where it is in the buffer, in units of 16 bytes.</param>
    /// <returns>The buffer, or null: the place is not a multiple of 16 bytes, or the buffer ends within the last 16.</returns>
    public MemoryBuffer? Direct(long offset, int length, out long start)
    {
        start = 0;
        if (length == 0)
        {
            return null;
        }

        MemoryBuffer buffer = ((IArrayView)_view).Buffer;
        long place = ((IContiguousArrayView)_view).IndexInBytes + _first + offset;
        start = place / Quad.Size;

        // OpenCL's buffers are handles and begin at a multiple of 128 bytes at least (CL_DEVICE_MEM_BASE_ADDR_ALIGN); the others are pointers.
        bool aligned = place % Quad.Size == 0 && (_view.GetAcceleratorType() == AcceleratorType.OpenCL || buffer.NativePtr % Quad.Size == 0);
        return aligned && (length + Quad.Size - 1L) / Quad.Size <= (buffer.LengthInBytes / Quad.Size) - start ? buffer : null;
    }

    /// <summary>Copies a part of it to the device's own memory.</summary>
    /// <param name="stream">The device's stream.</param>
    /// <param name="offset">Where the part starts, in bytes.</param>
    /// <param name="target">Where it goes, and how long it is.</param>
    public void EnqueueCopy(AcceleratorStream stream, long offset, ArrayView<byte> target) =>
        target.CopyFrom(stream, _view.SubView(_first + offset, target.Length));

    /// <summary>Throws if the memory is not of this device.</summary>
    public void Require(GpuDevice device)
    {
        if (_view.IsValid && _view.GetAccelerator() != device.Accelerator)
        {
            throw GpuErrors.DeviceRangeOutside.At($"The range '{Name}' is in a buffer of '{_view.GetAccelerator().Name}', not of '{device.Name}', which hashes it.", Name);
        }
    }
}
