using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ModelSigning.Core.Input;
using ModelSigning.Core.Loaded;
using ModelSigning.Gpu.Devices;

namespace ModelSigning.Gpu.Resident;

/// <summary>Opens memory by CUDA's handles between processes (CUDA driver API, <c>cuIpcOpenMemHandle</c>), in ILGPU's own context, so that its kernels read it in place.</summary>
internal sealed class CudaMemoryImport : IMemoryImport
{
    public GpuDevice DeviceOf(ExportedMemory memory)
    {
        Span<byte> uuid = stackalloc byte[CudaDriver.UuidLength];
        string[] known = [];
        if (CudaDriver.Load() is { } driver)
        {
            foreach (HashDeviceDescription description in DeviceCatalog.Current.Devices.Where(device => device.Kind == HashDeviceKind.Cuda))
            {
                GpuDevice device = DeviceCatalog.Current.Open(description);
                if (device.Accelerator is CudaAccelerator cuda && driver.Uuid(cuda.DeviceId, uuid) == 0)
                {
                    string found = Hexadecimal.Write(uuid);
                    if (found == memory.Device)
                    {
                        return device;
                    }

                    known = [.. known, found];
                }
            }
        }

        throw GpuErrors.HashDeviceNotFound.At(
            $"The loaded weights are on the CUDA device '{memory.Device}', which this process does not have{(known.Length == 0 ? ". It has no CUDA device" : $". It has {string.Join(", ", known)}")}.",
            memory.Device);
    }

    public MemoryBuffer Open(GpuDevice device, ExportedMemory memory)
    {
        CudaDriver driver = CudaDriver.Load()!;
        int error = driver.OpenShared(memory.Handle.Span, out nint pointer);
        if (error != 0)
        {
            throw LoadedErrors.LoadedMemoryRefused.At(Invariant($"'{device.Name}' does not open memory of another process: {driver.ErrorName(error)} ({error})."), device.Name);
        }

        if (driver.AllocationOf(pointer) is not var (start, size) || start != pointer || size < memory.Length)
        {
            driver.CloseShared(pointer);
            throw LoadedErrors.LoadedMemoryRefused.At(Invariant($"Memory of another process on '{device.Name}' is shorter than the {memory.Length} bytes that the list says."), device.Name);
        }

        return new CudaSharedBuffer((CudaAccelerator)device.Accelerator, pointer, size);
    }

    public void Failed(GpuDevice device) => DeviceCatalog.Current.Close(device);
}

/// <summary>Memory of another process, as a buffer of ILGPU that is only read. Disposing of it closes it here; it stays the other process's.</summary>
internal sealed class CudaSharedBuffer : MemoryBuffer
{
    public CudaSharedBuffer(CudaAccelerator accelerator, nint pointer, long length)
        : base(accelerator, length, sizeof(byte)) => NativePtr = pointer;

    protected override void MemSet(AcceleratorStream stream, byte value, in ArrayView<byte> targetView) => throw Written();

    protected override void CopyFrom(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) => throw Written();

    protected override void CopyTo(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) =>
        CudaMemoryBuffer.CudaCopy((CudaStream)stream, sourceView, targetView);

    protected override void DisposeAcceleratorObject(bool disposing)
    {
        // What became of the memory after it was hashed changes no digest.
        CudaDriver.Load()?.CloseShared(NativePtr);
        NativePtr = 0;
    }

    private static NotSupportedException Written() => new("The memory of another process is not written.");
}
