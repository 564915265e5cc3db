using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace ModelSigning.Gpu.Devices;

/// <summary>Where a card is, which shows that a CUDA and an OpenCL device are the same card.</summary>
/// <param name="Bus">The number of the PCI bus.</param>
/// <param name="Slot">The number of the device on it.</param>
internal readonly record struct PciPlace(int Bus, int Slot)
{
    /// <summary>Whose cards are asked: the numbers below are NVIDIA's.</summary>
    public const string Vendor = "NVIDIA";

    // CL_DEVICE_PCI_BUS_ID_NV and CL_DEVICE_PCI_SLOT_ID_NV of cl_ext.h (cl_nv_device_attribute_query); the slot has the function in its lowest three bits.
    private const CLDeviceInfoType BusOfNvidia = (CLDeviceInfoType)0x4008, SlotOfNvidia = (CLDeviceInfoType)0x4009;

    /// <summary>The place of a CUDA device.</summary>
    public static PciPlace Of(CudaDevice device) => new(device.PCIBusId, device.PCIDeviceId);

    /// <summary>The place of an OpenCL device; null where its driver does not say.</summary>
    public static PciPlace? Of(CLDevice device) => device.VendorName.Contains(Vendor, StringComparison.OrdinalIgnoreCase)
        && device.GetDeviceInfo(BusOfNvidia, out int bus) == CLError.CL_SUCCESS && device.GetDeviceInfo(SlotOfNvidia, out int slot) == CLError.CL_SUCCESS
            ? new(bus, slot >> 3)
            : null;
}
