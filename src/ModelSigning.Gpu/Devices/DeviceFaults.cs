using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using ModelSigning.Core.Errors;

namespace ModelSigning.Gpu.Devices;

/// <summary>Turns what ILGPU and the drivers throw into the refusals of <see cref="GpuErrors"/>.</summary>
internal static class DeviceFaults
{
    // Of cuda.h, without a name in ILGPU: libnvidia-ptxjitcompiler is not installed, the driver is older than the PTX, compiling is forbidden.
    private const string JitCompilerNotFound = "221", UnsupportedPtxVersion = "222", JitCompilationDisabled = "223";

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
            Fault.Process => GpuErrors.HashDeviceLost.At(
                $"'{device}' failed during hashing ({why}), and this process can no longer use CUDA. No digest was used.", device, fault,
                cure: "Start a new PowerShell session, or omit -Device."),
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
        CudaException cuda => KindOfCuda(cuda.Error),
        CLException { Error: CLError.CL_MEM_OBJECT_ALLOCATION_FAILURE or CLError.CL_OUT_OF_RESOURCES or CLError.CL_OUT_OF_HOST_MEMORY or CLError.CL_INVALID_BUFFER_SIZE } => Fault.Memory,
        CLException { Error: CLError.CL_BUILD_PROGRAM_FAILURE or CLError.CL_INVALID_WORK_GROUP_SIZE or CLError.CL_INVALID_PROGRAM_EXECUTABLE or CLError.CL_INVALID_KERNEL } => Fault.Kernel,
        InternalCompilerException or CapabilityNotSupportedException or NotSupportedException or ArgumentOutOfRangeException => Fault.Kernel,
        _ => Fault.Device,
    };

    /// <summary>What an error of the CUDA driver means.</summary>
    /// <param name="error">Its name, or its number where ILGPU knows no name.</param>
    internal static Fault KindOfCuda(string error) => error switch
    {
        nameof(CudaError.CUDA_ERROR_OUT_OF_MEMORY) => Fault.Memory,
        nameof(CudaError.CUDA_ERROR_INVALID_IMAGE) or nameof(CudaError.CUDA_ERROR_NO_BINARY_FOR_GPU) or nameof(CudaError.CUDA_ERROR_INVALID_PTX)
            or nameof(CudaError.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES) or nameof(CudaError.CUDA_ERROR_NOT_SUPPORTED)
            or JitCompilerNotFound or UnsupportedPtxVersion or JitCompilationDisabled => Fault.Kernel,
        nameof(CudaError.CUDA_ERROR_ILLEGAL_ADDRESS) or nameof(CudaError.CUDA_ERROR_MISALIGNED_ADDRESS) or nameof(CudaError.CUDA_ERROR_INVALID_ADDRESS_SPACE)
            or nameof(CudaError.CUDA_ERROR_ILLEGAL_INSTRUCTION) or nameof(CudaError.CUDA_ERROR_INVALID_PC) or nameof(CudaError.CUDA_ERROR_HARDWARE_STACK_ERROR)
            or nameof(CudaError.CUDA_ERROR_LAUNCH_FAILED) or nameof(CudaError.CUDA_ERROR_LAUNCH_TIMEOUT) or nameof(CudaError.CUDA_ERROR_ASSERT) => Fault.Process,
        _ => Fault.Device,
    };

    /// <summary>What failed.</summary>
    internal enum Fault
    {
        /// <summary>The device, which may be opened again.</summary>
        Device,

        /// <summary>Too little memory.</summary>
        Memory,

        /// <summary>The kernel is not taken.</summary>
        Kernel,

        /// <summary>CUDA in the whole process, as the driver's documentation says about these errors.</summary>
        Process,
    }
}
