using ILGPU.Runtime.OpenCL;

namespace ModelSigning.Gpu.Devices;

/// <summary>
/// ILGPU refuses OpenCL devices that do not report OpenCL C's generic address space (Debian 12's PoCL, NVIDIA's OpenCL), although only
/// kernels with pointers to more than one kind of memory need it. Ours have none, and every device proves itself on published vectors
/// before it hashes (<c>KnownAnswers</c>), so such a device is told to ILGPU as one that has it.
/// </summary>
internal static class OpenClFeatures
{
    /// <summary>Makes ILGPU accept the device.</summary>
    /// <returns>Whether ILGPU will.</returns>
    public static bool Accept(CLDevice device)
    {
        if (!device.Capabilities.GenericAddressSpace)
        {
            // ILGPU has no public way to say it; without the member the device stays refused, and is listed with that reason.
            typeof(CLCapabilityContext).GetProperty(nameof(CLCapabilityContext.GenericAddressSpace))?.GetSetMethod(nonPublic: true)?.Invoke(device.Capabilities, [true]);
        }

        return device.Capabilities.GenericAddressSpace;
    }
}
