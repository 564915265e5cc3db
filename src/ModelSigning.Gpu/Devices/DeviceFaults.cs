using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using ModelSigning.Core.Errors;

namespace ModelSigning.Gpu.Devices;

/// <summary>Turns what ILGPU and the drivers throw into the refusals of <see cref="GpuErrors"/>.</summary>
internal static class DeviceFaults
{
    /// <summary>Does something with a device.</summary>
    /// <param name="device">The device's name, for the message.</param>
    /// <param name="work">What is done.</param>
    /// <exception cref="ModelSigningException">The device failed in it.</exception>
    public static void Guard(string device, Action work)
    {
        try
        {
            work();
        }
        catch (Exception fault) when (IsOfDevice(fault))
        {
            throw Refusal(device, fault);
        }
    }

    private static bool IsOfDevice(Exception fault) => fault
        is AcceleratorException or InternalCompilerException or CapabilityNotSupportedException or OutOfMemoryException
        or ObjectDisposedException or NotSupportedException or InvalidOperationException or DllNotFoundException or EntryPointNotFoundException
        or ArgumentOutOfRangeException or AggregateException;

    private static ModelSigningException Refusal(string device, Exception fault)
    {
        Exception cause = fault is AggregateException { InnerException: { } inner } ? inner : fault;
        string why = $"{cause.GetType().Name} {Code(cause)}: {cause.Message}";
        return Kind(cause) switch
        {
            Fault.Memory => GpuErrors.HashDeviceOutOfMemory.At($"'{device}' does not have enough free memory for hashing ({why}).", device, fault),
            Fault.Kernel => GpuErrors.HashKernelRefused.At($"'{device}' cannot run the hashing code ({why}).", device, fault),
            _ => GpuErrors.HashDeviceLost.At($"'{device}' failed during hashing ({why}). No digest was used.", device, fault),
        };
    }

    private static string Code(Exception fault) => fault switch
    {
        CudaException cuda => cuda.Error,
        CLException cl => cl.Error.ToString(),
        _ => "",
    };

    private static Fault Kind(Exception fault) => fault switch
    {
        OutOfMemoryException => Fault.Memory,
        CudaException { Error: nameof(CudaError.CUDA_ERROR_OUT_OF_MEMORY) } => Fault.Memory,
        CudaException
        {
            Error: nameof(CudaError.CUDA_ERROR_INVALID_IMAGE) or nameof(CudaError.CUDA_ERROR_NO_BINARY_FOR_GPU)
            or nameof(CudaError.CUDA_ERROR_INVALID_PTX) or nameof(CudaError.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES) or nameof(CudaError.CUDA_ERROR_NOT_SUPPORTED)
        } => Fault.Kernel,
        CLException { Error: CLError.CL_MEM_OBJECT_ALLOCATION_FAILURE or CLError.CL_OUT_OF_RESOURCES or CLError.CL_OUT_OF_HOST_MEMORY or CLError.CL_INVALID_BUFFER_SIZE } => Fault.Memory,
        CLException { Error: CLError.CL_BUILD_PROGRAM_FAILURE or CLError.CL_INVALID_WORK_GROUP_SIZE or CLError.CL_INVALID_PROGRAM_EXECUTABLE or CLError.CL_INVALID_KERNEL } => Fault.Kernel,
        InternalCompilerException or CapabilityNotSupportedException or NotSupportedException or ArgumentOutOfRangeException => Fault.Kernel,
        _ => Fault.Device,
    };

    private enum Fault
    {
        Device,
        Memory,
        Kernel,
    }
}
