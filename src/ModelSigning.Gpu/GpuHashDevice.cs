using ModelSigning.Core.Hashing;
using ModelSigning.Gpu.Devices;
using ModelSigning.Gpu.Pipeline;

namespace ModelSigning.Gpu;

/// <summary>
/// Hashes files on one GPU: threads read them into page-locked memory, from where the device copies and hashes them in overlapping streams.
/// </summary>
internal sealed class GpuHashDevice : IHashDevice
{
    private readonly GpuDevice _device;
    private readonly PipelineOptions _options;

    public GpuHashDevice(GpuDevice device, PipelineOptions? options = null)
    {
        _device = device;
        _options = options ?? PipelineOptions.For(device.Accelerator);
    }

    /// <inheritdoc/>
    /// <exception cref="Core.Errors.ModelSigningException">
    /// <see cref="GpuErrors.HashDeviceLost"/>, <see cref="GpuErrors.HashDeviceOutOfMemory"/>, <see cref="GpuErrors.HashKernelRefused"/> or
    /// <see cref="GpuErrors.HashDeviceWrong"/>.
    /// </exception>
    public void Hash(HashJob job, CancellationToken cancellationToken) =>
        HashPipeline.Run(_device, job, () => new FileSource(job, cancellationToken), _options, cancellationToken);
}
