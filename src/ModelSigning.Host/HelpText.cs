using System.Management.Automation;
using System.Reflection;

namespace ModelSigning.Host;

/// <summary>The answers to <c>--help</c> and <c>--version</c>.</summary>
internal static class HelpText
{
    /// <summary>What the host is for, and how it is called.</summary>
    public static string Read() => Resources.Text("Help.txt").Replace("{stand-ins}", string.Join(", ", StandIns.Names), StringComparison.Ordinal);

    /// <summary>The host's version and the engine's.</summary>
    public static string Version => $"ModelSigning.Host {Of(typeof(HelpText))}, PowerShell {Of(typeof(PSObject))}";

    private static string Of(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split(' ', '+')[0];
}
