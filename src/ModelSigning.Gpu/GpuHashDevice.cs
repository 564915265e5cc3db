using ModelSigning.Core.Errors;
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
    private readonly Action<GpuDevice>? _failed;

    /// <summary>A device that hashes with its usual windows.</summary>
    /// <param name="device">The open device.</param>
    /// <param name="failed">Told when the device has failed, so that it is not used again as it is.</param>
    public GpuHashDevice(GpuDevice device, Action<GpuDevice>? failed = null)
        : this(device, PipelineOptions.For(device.Accelerator)) => _failed = failed;

    /// <summary>A device with windows of the caller's choice.</summary>
    public GpuHashDevice(GpuDevice device, PipelineOptions options)
    {
        _device = device;
        _options = options;
    }

    /// <summary>The device.</summary>
    public GpuDevice Device => _device;

    /// <inheritdoc/>
    /// <exception cref="ModelSigningException">
    /// <see cref="GpuErrors.HashDeviceLost"/>, <see cref="GpuErrors.HashDeviceOutOfMemory"/>, <see cref="GpuErrors.HashKernelRefused"/> or
    /// <see cref="GpuErrors.HashDeviceWrong"/>.
    /// </exception>
    public void Hash(HashJob job, CancellationToken cancellationToken)
    {
        try
        {
            HashPipeline.Run(_device, job, () => new FileSource(job, cancellationToken), _options, cancellationToken);
        }
        catch (ModelSigningException)
        {
            _failed?.Invoke(_device);
            throw;
        }
    }
}
