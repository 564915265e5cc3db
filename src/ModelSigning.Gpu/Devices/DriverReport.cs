using System.Runtime.InteropServices;

namespace ModelSigning.Gpu.Devices;

/// <summary>Why no device of a kind was found, step by step as a driver is reached. ILGPU itself is silent about it.</summary>
internal static unsafe class DriverReport
{
    // cl.h: CL_PLATFORM_NOT_FOUND_KHR.
    private const int PlatformNotFound = -1001;

    /// <summary>Why there is no CUDA device.</summary>
    /// <param name="ours">Whether our search for libraries is the one that ILGPU uses.</param>
    public static string Cuda(bool ours)
    {
        if (CudaDriver.Load() is not { } driver)
        {
            return NotLoaded("NVIDIA's driver", "cuda");
        }

        if (driver.Initialize() is not 0 and int error)
        {
            return Invariant($"The NVIDIA driver does not start: {driver.ErrorName(error)} ({error}). Check it with nvidia-smi.");
        }

        string version = Invariant($"{driver.Version() / 1000}.{driver.Version() % 1000 / 10}");
        return driver.DeviceCount() == 0
            ? $"NVIDIA's driver for CUDA {version} provides no device to this process. Check nvidia-smi and CUDA_VISIBLE_DEVICES."
            : NotSeen($"NVIDIA's driver for CUDA {version} has devices", ours);
    }

    /// <summary>Why there is no OpenCL device.</summary>
    /// <param name="ours">Whether our search for libraries is the one that ILGPU uses.</param>
    public static string OpenCl(bool ours)
    {
        if (!NativeLibraries.TryLoad("OpenCL", out nint library))
        {
            return NotLoaded("OpenCL's loader", "OpenCL");
        }

        uint platforms = 0;
        int error = ((delegate* unmanaged<uint, nint*, uint*, int>)NativeLibrary.GetExport(library, "clGetPlatformIDs"))(0, null, &platforms);
        return error == PlatformNotFound || platforms == 0
            ? "The OpenCL loader is installed, but no driver is registered. Install the driver of the device's vendor."
            : NotSeen(Invariant($"OpenCL has {platforms} platform(s)"), ours);
    }

    private static string NotLoaded(string what, string library) =>
        $"{what} is not installed: none of {string.Join(", ", NativeLibraries.Candidates(library))} can be loaded.";

    private static string NotSeen(string what, bool ours) => ours
        ? $"{what}, but ILGPU finds none. Update the driver."
        : $"{what}, but another module has replaced ILGPU's search for libraries, which finds none.";
}
