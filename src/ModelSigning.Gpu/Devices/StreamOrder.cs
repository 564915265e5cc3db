using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace ModelSigning.Gpu.Devices;

/// <summary>Lets what is put into one stream of a device begin when another has done what it has so far.</summary>
internal static class StreamOrder
{
    /// <summary>On CUDA the device waits, with an event, which ILGPU does not offer; elsewhere the calling thread does.</summary>
    /// <param name="stream">The stream that waits.</param>
    /// <param name="before">The stream that is waited for.</param>
    public static void Follow(AcceleratorStream stream, AcceleratorStream before)
    {
        if (stream is CudaStream next && before is CudaStream earlier)
        {
            CudaException.ThrowIfFailed((CudaError)CudaDriver.Load()!.Follow(next.StreamPtr, earlier.StreamPtr));
        }
        else
        {
            before.Synchronize();
        }
    }
}
