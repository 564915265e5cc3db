using ModelSigning.Core.Errors;

namespace ModelSigning.Gpu.Devices;

/// <summary>The refusals of hashing on devices. After each of them no digest of the job is used and nothing is written.</summary>
public static class GpuErrors
{
    /// <summary>A device was named that this machine does not have, or that cannot be used.</summary>
    public static readonly ErrorDefinition HashDeviceNotFound = new("HashDeviceNotFound", ErrorKind.ObjectNotFound,
        "The specified device cannot be used for hashing on this machine.",
        "Run Get-ModelHashDevice to see the devices, and why a device is not available.");

    /// <summary>A device is there and could not be opened.</summary>
    public static readonly ErrorDefinition HashDeviceUnavailable = new("HashDeviceUnavailable", ErrorKind.ResourceUnavailable,
        "The device exists, but its driver denies access to it.",
        "Check whether another program uses the device exclusively, reinstall the driver, or omit -Device.");

    /// <summary>A device stopped working.</summary>
    public static readonly ErrorDefinition HashDeviceLost = new("HashDeviceLost", ErrorKind.ResourceUnavailable,
        "The device or its driver reported an error during hashing.",
        "Run the command again, or omit -Device. If the error returns, read the driver's log.");

    /// <summary>A device has too little free memory.</summary>
    public static readonly ErrorDefinition HashDeviceOutOfMemory = new("HashDeviceOutOfMemory", ErrorKind.ResourceUnavailable,
        "The device or its driver does not have enough free memory for the hashing buffers.",
        "Close other programs that use the device, or omit -Device.");

    /// <summary>A device does not take a kernel.</summary>
    public static readonly ErrorDefinition HashKernelRefused = new("HashKernelRefused", ErrorKind.ResourceUnavailable,
        "The device, its driver or ILGPU cannot compile or start the hashing code.",
        "Update the driver, or omit -Device.");

    /// <summary>A device computes wrongly.</summary>
    public static readonly ErrorDefinition HashDeviceWrong = new("HashDeviceWrong", ErrorKind.ResourceUnavailable,
        "The device computed a wrong digest for a published test vector, so its digests cannot be trusted.",
        "Update the driver and check the hardware. Omit -Device until then.");

    /// <summary>A range does not lie inside the memory that it was given for.</summary>
    public static readonly ErrorDefinition DeviceRangeOutside = new("DeviceRangeOutside", ErrorKind.InvalidArgument,
        "A range of device memory exceeds its buffer, or the buffer belongs to another device.",
        "Specify a range inside one buffer of the device that hashes it.");
}
