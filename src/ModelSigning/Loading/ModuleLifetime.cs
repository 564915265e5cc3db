using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace ModelSigning;

/// <summary>
/// What PowerShell calls when it imports this assembly: from then on the engine is found, in a load context of its own, so that
/// another module's copy of a library that the engine uses too is never taken for ours, nor ours for theirs.
/// </summary>
/// <remarks>
/// PowerShell looks at the exported types before it calls <see cref="OnImport"/>. Public types of this assembly therefore know the
/// engine's types inside method bodies only: none derives from one, implements one, or has a field or an automatic property
/// of an engine's enum or structure.
/// </remarks>
public sealed class ModuleLifetime : IModuleAssemblyInitializer
{
    private static int Hooked;

    /// <summary>
    /// Hooks the resolution of the engine's assemblies, once in a process: every runspace that imports the module calls this. The
    /// hook is never taken away, because objects of the module outlive the module, and what they need may not be loaded yet.
    /// </summary>
    public void OnImport()
    {
        if (Interlocked.Exchange(ref Hooked, 1) == 0)
        {
            AssemblyLoadContext.Default.Resolving += ResolveEngine;
        }
    }

    // Only the engine crosses from the default context. What the engine needs, its own context finds, so nobody else in the
    // process is ever handed one of our libraries.
    private static Assembly? ResolveEngine(AssemblyLoadContext context, AssemblyName name) => name.Name switch
    {
        "ModelSigning.Core" or "ModelSigning.Sigstore" or "ModelSigning.Gpu" or "ModelSigning.Telemetry" => DependencyContext.Instance.LoadFromAssemblyName(name),
        _ => null,
    };
}
