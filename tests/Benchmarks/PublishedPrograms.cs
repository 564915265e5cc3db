using System.Runtime.InteropServices;

namespace ModelSigning.Benchmarks;

/// <summary>
/// The programs of this repository that are measured, published as users get them: compiled in advance, but for the kernels. They lie beside this
/// program, so that publishing them again costs little.
/// </summary>
internal static class PublishedPrograms
{
    private static readonly string Root = Path.GetFullPath(Path.Join(AppContext.BaseDirectory, "../../../../.."));
    private static readonly string Output = Path.Join(AppContext.BaseDirectory, "published");
    private static readonly string Suffix = OperatingSystem.IsWindows() ? ".exe" : "";

    /// <summary>Hashes a file or a folder, by the engine or one stream a thread.</summary>
    public static string HashContender { get; } = Path.Join(Output, "hash", "HashContender" + Suffix);

    /// <summary>The PowerShell that is published for containers, with the module in it.</summary>
    public static string Host { get; } = Path.Join(Output, "host", "pwsh" + Suffix);

    /// <summary>Publishes them.</summary>
    /// <param name="withHost">Whether the host is needed, too.</param>
    /// <exception cref="InvalidOperationException">That failed; its message is the output.</exception>
    public static void Publish(bool withHost = true)
    {
        Publish("tests/HashContender", "ContenderRuntime", "hash");
        if (withHost)
        {
            Publish("src/ModelSigning.Host", "HostRuntime", "host");
        }
    }

    private static void Publish(string project, string runtimeProperty, string folder) => MeasuredProcess.Run("dotnet",
        "publish", Path.Join(Root, project), "--configuration", "Release", $"-p:{runtimeProperty}={RuntimeInformation.RuntimeIdentifier}",
        "--output", Path.Join(Output, folder));
}
