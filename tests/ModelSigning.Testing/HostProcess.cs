using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ModelSigning.Testing;

/// <summary>
/// The built host, PowerShell's own console, started as a process of its own. Where the variable <c>MODELSIGNING_PWSH</c> names another
/// PowerShell 7.6, that one is started.
/// </summary>
public static class HostProcess
{
    private static readonly string? Other = Environment.GetEnvironmentVariable("MODELSIGNING_PWSH") is { Length: > 0 } path ? path : null;
    private static readonly string Built = Path.ChangeExtension(BuiltAssembly("ModelSigning.Host", "pwsh"), OperatingSystem.IsWindows() ? ".exe" : null)!;

    // .../dotnet/shared/Microsoft.NETCore.App/VERSION/: an executable of .NET does not look there when that is a folder of the user's.
    private static readonly string DotnetRoot = Path.GetFullPath(Path.Join(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

    /// <summary>How the host is started: without a profile, with plain output; standard output and error are pipes, standard input is empty.</summary>
    public static ProcessStartInfo StartInfo(params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(Other ?? Built, ["-NoProfile", "-NonInteractive", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = SharedData.RepositoryRoot,
        };
        start.Environment["NO_COLOR"] = "1";
        start.Environment["DOTNET_ROOT"] = DotnetRoot;
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        if (Other is not null)
        {
            // The built host finds the module beside itself.
            start.Environment["PSModulePath"] = Path.Join(Path.GetDirectoryName(Built), "Modules");
        }

        return start;
    }

    /// <summary>Runs the host to its end.</summary>
    public static HostResult Run(params IEnumerable<string> arguments) => Run(StartInfo(arguments));

    /// <summary>Runs the host to its end.</summary>
    /// <param name="start">How it is started.</param>
    /// <param name="input">What it reads from its standard input.</param>
    public static HostResult Run(ProcessStartInfo start, string input = "")
    {
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return new HostResult(process.ExitCode, Lines(output.Result), Lines(error.Result));
    }

    private static string Lines(string text) => text.ReplaceLineEndings("\n");

    /// <summary>The assembly of a program in <c>src</c> that was built together with the running tests.</summary>
    /// <param name="project">Its project.</param>
    /// <param name="name">The assembly's name, where it is not the project's.</param>
    public static string BuiltAssembly(string project, string? name = null)
    {
        // .../tests/<tests>/bin/<configuration>/net10.0/ → .../src/<project>/bin/<configuration>/net10.0/
        DirectoryInfo framework = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Join(SharedData.RepositoryRoot, "src", project, "bin", framework.Parent!.Name, framework.Name, (name ?? project) + ".dll");
    }
}

/// <summary>How a run of the host ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote to its standard output, lines ending in LF.</param>
/// <param name="Error">What it wrote to its standard error, lines ending in LF.</param>
public sealed record HostResult(int ExitCode, string Output, string Error);
