using System.Reflection;
using System.Runtime.InteropServices;
using Net.Pkcs11Interop.HighLevelAPI;

namespace ModelSigning.Core.Keys.Pkcs11;

/// <summary>
/// Tells Pkcs11Interop where <c>dlopen</c> is. It asks for <c>libdl</c>, a name that glibc has only where its development files are
/// installed: users have <c>libdl.so.2</c>, musl has the functions in its C library.
/// </summary>
internal static class DynamicLoader
{
    private static readonly string[] Candidates = ["libdl.so.2", "libdl", "libc.so.6", "libc"];
    private static int Installed;

    /// <summary>Installs the answer, once for the process.</summary>
    public static void Install()
    {
        if (Interlocked.Exchange(ref Installed, 1) == 0)
        {
            NativeLibrary.SetDllImportResolver(typeof(Pkcs11InteropFactories).Assembly, Resolve);
        }
    }

    /// <summary>
    /// On Windows, loads a module with what it needs from its own folder, the program's and the system's alone: the usual search goes
    /// on to the current directory, where a library of the right name may have been planted. Pkcs11Interop then finds it loaded.
    /// </summary>
    /// <returns>A handle to free; 0 elsewhere.</returns>
    public static nint LoadSafely(string path) => OperatingSystem.IsWindows()
        ? NativeLibrary.Load(path, typeof(DynamicLoader).Assembly, DllImportSearchPath.UseDllDirectoryForDependencies | DllImportSearchPath.SafeDirectories)
        : 0;

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        foreach (string candidate in name == "libdl" && OperatingSystem.IsLinux() ? Candidates : [])
        {
            if (NativeLibrary.TryLoad(candidate, out nint handle) && NativeLibrary.TryGetExport(handle, "dlopen", out _))
            {
                return handle;
            }
        }

        // The runtime's own search.
        return 0;
    }
}
