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
        "cuda" or "nvcuda" when OperatingSystem.IsMacOS() => [],
        "cuda" or "nvcuda" => ["libcuda.so.1", "libcuda.so", "/usr/lib/wsl/lib/libcuda.so.1"],
        "OpenCL" when OperatingSystem.IsWindows() => ["OpenCL.dll"],
        "OpenCL" when OperatingSystem.IsMacOS() => ["/System/Library/Frameworks/OpenCL.framework/OpenCL"],
        "OpenCL" => ["libOpenCL.so.1", "libOpenCL.so"],
        _ => [],
    };

    /// <summary>
    /// Loads a driver's library. Windows looks in the system folder alone, where drivers put it: its usual search goes on to the current
    /// directory, where anyone may have put one.
    /// </summary>
    public static bool TryLoad(string library, out nint handle)
    {
        foreach (string candidate in Candidates(library))
        {
            if (TryLoadFile(candidate, out handle))
            {
                return true;
            }
        }

        handle = 0;
        return false;
    }

    private static bool TryLoadFile(string name, out nint handle) => OperatingSystem.IsWindows()
        ? NativeLibrary.TryLoad(name, typeof(NativeLibraries).Assembly, DllImportSearchPath.System32, out handle)
        : NativeLibrary.TryLoad(name, out handle);

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

    // The runtime's own search would follow, which on Windows must not: whatever else ILGPU names lies in the system folder as well.
    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? searchPath) =>
        TryLoad(library, out nint handle) || (OperatingSystem.IsWindows() && TryLoadFile(library, out handle)) ? handle
        : OperatingSystem.IsWindows() ? throw new DllNotFoundException($"'{library}' is not in the system folder.")
        : 0;
}
