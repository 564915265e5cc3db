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
        if (length < 0 || !driver.Covers(pointer, length))
        {
            throw GpuErrors.DeviceRangeOutside.At(string.Create(CultureInfo.InvariantCulture,
                $"The range '{name}' at 0x{pointer:x} with {length} bytes is not in memory of the CUDA driver."), name);
        }

        return length == 0
            ? new CudaPointerBytes(pointer, 0, -1)
            : new CudaPointerBytes(pointer, driver.ContextOf(pointer), driver.DeviceOf(pointer));
    }

    public override MemoryBuffer? Direct(long offset, out long start)
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
