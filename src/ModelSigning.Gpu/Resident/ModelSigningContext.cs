using ILGPU;
using ModelSigning.Gpu.Devices;
using ModelSigning.Gpu.Kernels;

namespace ModelSigning.Gpu.Resident;

/// <summary>Prepares ILGPU contexts of a program's own for <see cref="DeviceMemoryHasher"/>.</summary>
public static class ModelSigningContext
{
    /// <summary>
    /// Tells a context of the instructions that the hash kernels use. Without it a CUDA device refuses them
    /// (<see cref="GpuErrors.HashKernelRefused"/>).
    /// </summary>
    /// <param name="builder">The builder of the context.</param>
    /// <returns>The builder.</returns>
    public static Context.Builder EnableModelSigning(this Context.Builder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Optimize(OptimizationLevel.O2).EnableWords();
    }
}
