using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ModelSigning.Gpu.Devices;

namespace ModelSigning.Gpu.Resident;

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
