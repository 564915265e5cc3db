using ModelSigning.Core.Errors;

namespace ModelSigning.Gpu.Devices;

/// <summary>The refusals of hashing on devices. After each of them no digest of the job is used and nothing is written.</summary>
public static class GpuErrors
{
    /// <summary>A device was named that this machine does not have, or that cannot be used.</summary>
    public static readonly ErrorDefinition HashDeviceNotFound = new("HashDeviceNotFound", ErrorKind.ObjectNotFound,
        "The named device is not among those that can hash on this machine.",
        "Run Get-ModelHashDevice to see the devices and why one that should be there is not.");

    /// <summary>A device is there and could not be opened.</summary>
    public static readonly ErrorDefinition HashDeviceUnavailable = new("HashDeviceUnavailable", ErrorKind.ResourceUnavailable,
        "The device exists and its driver does not give access to it.",
        "Look whether another program holds the device exclusively and whether the driver is whole, or leave out -Device.");

    /// <summary>A device stopped working.</summary>
    public static readonly ErrorDefinition HashDeviceLost = new("HashDeviceLost", ErrorKind.ResourceUnavailable,
        "The device or its driver reported an error while it hashed.",
        "Run the command again, or without -Device; if it comes back, look at the driver's log.");

    /// <summary>A device has too little free memory.</summary>
    public static readonly ErrorDefinition HashDeviceOutOfMemory = new("HashDeviceOutOfMemory", ErrorKind.ResourceUnavailable,
        "The device, or the memory that the driver can lock for it, has too little free for the hashing buffers.",
        "End other programs that use the device, or leave out -Device.");

    /// <summary>A device does not take a kernel.</summary>
    public static readonly ErrorDefinition HashKernelRefused = new("HashKernelRefused", ErrorKind.ResourceUnavailable,
        "The device, its driver or ILGPU refuses to compile or to start the code that hashes.",
        "Update the driver, or leave out -Device.");

    /// <summary>A device computes wrongly.</summary>
    public static readonly ErrorDefinition HashDeviceWrong = new("HashDeviceWrong", ErrorKind.ResourceUnavailable,
        "The device gave a wrong digest for a published test vector, so none of its digests can be trusted.",
        "Update the driver and have the hardware checked; leave out -Device meanwhile.");

    /// <summary>A range does not lie inside the memory that it was given for.</summary>
    public static readonly ErrorDefinition DeviceRangeOutside = new("DeviceRangeOutside", ErrorKind.InvalidArgument,
        "A range of device memory reaches beyond the buffer or the allocation that it lies in, or its pointer belongs to another device.",
        "Give a range that lies inside one buffer of the device that is to hash it.");

    /// <summary>Two ranges have one name, or a name cannot be one.</summary>
    public static readonly ErrorDefinition DeviceRangeName = new("DeviceRangeName", ErrorKind.InvalidArgument,
        "The names of the ranges of a manifest are empty or not unique.",
        "Give each range a name of its own.");
}
