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
