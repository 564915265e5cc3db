using System.Reflection;
using System.Runtime.Loader;

namespace ModelSigning;

/// <summary>The load context of the engine and of every library it uses: the files in <c>dependencies</c> beside this assembly.</summary>
internal sealed class DependencyContext : AssemblyLoadContext
{
    private static readonly string Folder =
        Path.Join(Path.GetDirectoryName(typeof(DependencyContext).Assembly.Location), "dependencies");

    private DependencyContext()
        : base("ModelSigning", isCollectible: false)
    {
    }

    /// <summary>The one context of the process.</summary>
    internal static DependencyContext Instance { get; } = new();

    /// <summary>Takes our file before the default context is asked; what we do not ship comes from there.</summary>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string path = Path.Join(Folder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }

    /// <summary>Takes our native library, if one lies beside the managed ones.</summary>
    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName)
    {
        string path = Path.Join(Folder, unmanagedDllName);
        return File.Exists(path) ? LoadUnmanagedDllFromPath(path) : IntPtr.Zero;
    }
}
