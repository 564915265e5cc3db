using System.Globalization;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ModelSigning.Gpu.Devices;

namespace ModelSigning.Gpu.Resident;

/// <summary>
/// CUDA memory of another context of this process, usually the device's primary one, in which the CUDA runtime allocates. ILGPU's
/// kernels run in a context of their own and may not read it, so that it is brought over with <c>cuMemcpyPeerAsync</c>, which on one
/// device is a copy within its memory.
/// </summary>
internal sealed class CudaPointerBytes : DeviceBytes
{
    private readonly nint _pointer;
    private readonly nint _context;
    private readonly int _device;

    private CudaPointerBytes(nint pointer, nint context, int device)
    {
        _pointer = pointer;
        _context = context;
        _device = device;
    }

    public static CudaPointerBytes Of(string name, nint pointer, long length)
    {
        CudaDriver driver = CudaDriver.Load()
            ?? throw GpuErrors.HashDeviceNotFound.At($"The range '{name}' is CUDA memory, but this machine has no CUDA driver.", name);
        if (length < 0 || !AreAllocated(pointer, length, driver.AllocationOf))
        {
            throw GpuErrors.DeviceRangeOutside.At(string.Create(CultureInfo.InvariantCulture,
                $"The range '{name}' at 0x{pointer:x} with {length} bytes is not in memory of the CUDA driver."), name);
        }

        nint context = length == 0 ? 0 : driver.ContextOf(pointer);
        return length == 0 || context != 0
            ? new CudaPointerBytes(pointer, context, length == 0 ? -1 : driver.DeviceOf(pointer))
            : throw GpuErrors.DeviceRangeOutside.At($"The range '{name}' lies in memory of no CUDA context.", name);
    }

    /// <summary>Whether device memory lies at every byte of a range; one allocation may follow another.</summary>
    /// <param name="pointer">The first byte.</param>
    /// <param name="length">How many bytes.</param>
    /// <param name="allocationOf">The allocation that a byte lies in; null for none.</param>
    internal static bool AreAllocated(nint pointer, long length, Func<nint, (nint Start, long Size)?> allocationOf)
    {
        for (long done = 0; done < length;)
        {
            nint at = pointer + (nint)done;
            if (allocationOf(at) is not var (start, size) || at < start || at - start >= size)
            {
                return false;
            }

            done += size - (at - start);
        }

        return true;
    }

    public override MemoryBuffer? Direct(long offset, int length, out long start)
    {
        start = 0;
        return null;
    }

    public override void EnqueueCopy(AcceleratorStream stream, long offset, ArrayView<byte> target)
    {
        CudaStream cuda = (CudaStream)stream;
        using ScopedAcceleratorBinding binding = cuda.Accelerator.BindScoped();
        CudaException.ThrowIfFailed((CudaError)CudaDriver.Load()!.CopyPeer(
            target.LoadEffectiveAddressAsPtr(), cuda.Accelerator.NativePtr, _pointer + (nint)offset, _context, target.Length, cuda.StreamPtr));
    }

    public override void Require(GpuDevice device, string name)
    {
        if (device.Accelerator is not CudaAccelerator cuda || (_device >= 0 && cuda.DeviceId != _device))
        {
            throw GpuErrors.DeviceRangeOutside.At(string.Create(CultureInfo.InvariantCulture,
                $"The range '{name}' is on CUDA device {_device}, not on '{device.Name}', which hashes it."), name);
        }
    }
}
