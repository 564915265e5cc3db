namespace ModelSigning.Benchmarks;

/// <summary>What the build made, found from where this program lies: tests/Benchmarks/bin/CONFIGURATION/FRAMEWORK.</summary>
internal static class Repository
{
    private static readonly DirectoryInfo Output = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
    private static readonly string Root = Path.GetFullPath(Path.Join(Output.FullName, "../../../../.."));

    /// <summary>The module's manifest, beside which the build has staged it.</summary>
    public static string Manifest { get; } = Path.Join(Root, "ModelSigning.psd1");

    /// <summary>The embedded PowerShell.</summary>
    public static string Host { get; } =
        Path.Join(Root, "src", "ModelSigning.Host", "bin", Output.Parent!.Name, Output.Name, "ModelSigning.Host.dll");
}
