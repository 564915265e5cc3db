using ILGPU.Runtime;
using ModelSigning.Core.Loaded;
using ModelSigning.Gpu.Devices;

namespace ModelSigning.Gpu.Resident;

/// <summary>How memory of another process is found and opened. Both are called on a thread of the device's own.</summary>
internal interface IMemoryImport
{
    /// <summary>The device that memory lies on.</summary>
    /// <exception cref="Core.Errors.ModelSigningException"><see cref="GpuErrors.HashDeviceNotFound"/>, or it cannot be opened.</exception>
    GpuDevice DeviceOf(ExportedMemory memory);

    /// <summary>Opens memory on its device. Its true length is the driver's word, and not the list's.</summary>
    /// <exception cref="Core.Errors.ModelSigningException"><see cref="LoadedErrors.LoadedMemoryRefused"/>.</exception>
    MemoryBuffer Open(GpuDevice device, ExportedMemory memory);

    /// <summary>Forgets a device that failed.</summary>
    void Failed(GpuDevice device);
}
