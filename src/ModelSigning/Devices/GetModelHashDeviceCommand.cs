using System.Management.Automation;

namespace ModelSigning;

/// <summary>Lists the devices that can hash models, and, for those that cannot, says why.</summary>
/// <remarks>
/// <para>
/// Get-ModelHashDevice writes one object for the processor, for each CUDA device and for each OpenCL device, with a rate that it measures:
/// BLAKE3 of data in the host's memory, a few tenths of a second for each device. A device that should be there and cannot be used is written
/// too, with the reason: a driver that is not installed, does not start or is too old, or a device that is refused.
/// </para>
/// <para>
/// A GPU hashes a single large file with blake3 alone: with sha256 and blake2b a file, or a shard of one, is one stream, which one thread of the device hashes far more
/// slowly than a core of the processor. It is worth using for thousands of streams at once, for example with -ShardSize.
/// </para>
/// <para>
/// Specify the names with -Device of New-ModelSignature, Test-ModelSignature and Get-ModelManifest.
/// </para>
/// </remarks>
/// <example>
/// <code>Get-ModelHashDevice</code>
/// <para>Lists the devices, and measures them.</para>
/// </example>
/// <example>
/// <code>Get-ModelHashDevice -NoMeasurement | Where-Object Available -eq $false | Format-List</code>
/// <para>Says why a device that should be there is not used.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "ModelHashDevice")]
[OutputType(typeof(ModelHashDevice))]
public sealed class GetModelHashDeviceCommand : CancellableCommand
{
    /// <summary>Lists the devices without measuring them, which opens none of them.</summary>
    [Parameter]
    public SwitchParameter NoMeasurement { get; set; }

    /// <summary>Lists them.</summary>
    protected override void EndProcessing()
    {
        WriteObject(new ModelHashDevice(HashDeviceSelection.Processor, "Cpu", "Processor")
        {
            Processors = Environment.ProcessorCount,
            BytesPerSecond = Rate(HashDeviceSelection.Processor, GpuDevices.ProcessorRate),
        });
        foreach (ModelHashDevice device in OrTerminate(GpuDevices.Available))
        {
            device.BytesPerSecond = Rate(device.Device, token => GpuDevices.Rate(device.Device, token));
            WriteObject(device);
        }

        foreach (ModelHashDevice missing in GpuDevices.Missing())
        {
            WriteObject(missing);
        }
    }

    // A device that is there and fails is listed without a rate, and with an error that says why.
    private double? Rate(string device, Func<CancellationToken, double> measure)
    {
        if (NoMeasurement)
        {
            return null;
        }

        return Attempt<object>(device, () => RunInBackground(progress: null, (_, token) => measure(token))) as double?;
    }
}
