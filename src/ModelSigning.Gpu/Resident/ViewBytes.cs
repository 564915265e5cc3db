using ILGPU;
using ILGPU.Runtime;
using ModelSigning.Gpu.Devices;
using ModelSigning.Gpu.Kernels;

namespace ModelSigning.Gpu.Resident;

/// <summary>A stretch of an ILGPU buffer.</summary>
internal sealed class ViewBytes(ArrayView<byte> view, long first) : DeviceBytes
{
    public override MemoryBuffer? Direct(long offset, int length, out long start)
    {
        start = 0;
        if (length == 0)
        {
            return null;
        }

        MemoryBuffer buffer = ((IArrayView)view).Buffer;
        long place = ((IContiguousArrayView)view).IndexInBytes + first + offset;
        start = place / Quad.Size;

        // OpenCL's buffers are handles and begin at a multiple of 128 bytes at least (CL_DEVICE_MEM_BASE_ADDR_ALIGN); the others are pointers.
        bool aligned = place % Quad.Size == 0 && (view.GetAcceleratorType() == AcceleratorType.OpenCL || buffer.NativePtr % Quad.Size == 0);
        return aligned && (length + Quad.Size - 1L) / Quad.Size <= (buffer.LengthInBytes / Quad.Size) - start ? buffer : null;
    }

    public override void EnqueueCopy(AcceleratorStream stream, long offset, ArrayView<byte> target) =>
        target.CopyFrom(stream, view.SubView(first + offset, target.Length));

    public override void Require(GpuDevice device, string name)
    {
        if (view.IsValid && view.GetAccelerator() != device.Accelerator)
        {
            throw GpuErrors.DeviceRangeOutside.At($"The range '{name}' is in a buffer of '{view.GetAccelerator().Name}', not of '{device.Name}', which hashes it.", name);
        }
    }
}
