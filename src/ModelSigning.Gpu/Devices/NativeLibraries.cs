using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;

namespace ModelSigning.Gpu.Devices;

/// <summary>
/// Finds the drivers' libraries for ILGPU. It asks for <c>libcuda.so</c> and <c>libOpenCL.so</c>, names that only development packages
/// install; with a driver alone there are <c>libcuda.so.1</c> and <c>libOpenCL.so.1</c>, and ILGPU would silently find no device.
/// </summary>
internal static class NativeLibraries
{
    private static readonly Lazy<bool> Registered = new(Register);

    /// <summary>Takes part in ILGPU's search for libraries, once in a process.</summary>
    /// <returns>Whether it does; under WSL, ILGPU has a search of its own in its place.</returns>
    public static bool Prepare() => Registered.Value;

    /// <summary>The file names under which a library is looked for on this system, the likeliest first.</summary>
    public static IReadOnlyList<string> Candidates(string library) => library switch
    {
        "cuda" or "nvcuda" when OperatingSystem.IsWindows() => ["nvcuda.dll"],
        "cuda" or "nvcuda" => ["libcuda.so.1", "libcuda.so", "/usr/lib/wsl/lib/libcuda.so.1"],
        "OpenCL" when OperatingSystem.IsWindows() => ["OpenCL.dll"],
        "OpenCL" when OperatingSystem.IsMacOS() => ["/System/Library/Frameworks/OpenCL.framework/OpenCL"],
        "OpenCL" => ["libOpenCL.so.1", "libOpenCL.so"],
        _ => [],
    };

    /// <summary>Loads a driver's library.</summary>
    public static bool TryLoad(string library, out nint handle)
    {
        foreach (string candidate in Candidates(library))
        {
            if (NativeLibrary.TryLoad(candidate, out handle))
            {
                return true;
            }
        }

        handle = 0;
        return false;
    }

    private static bool Register()
    {
        try
        {
            NativeLibrary.SetDllImportResolver(typeof(Context).Assembly, Resolve);
            return true;
        }
        catch (InvalidOperationException)
        {
            // An assembly has one resolver at most. Another module's, or ILGPU's own under WSL, is there already.
            return false;
        }
    }

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? searchPath) => TryLoad(library, out nint handle) ? handle : 0;
}
