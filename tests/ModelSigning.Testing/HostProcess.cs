using System.Diagnostics;

namespace ModelSigning.Testing;

/// <summary>The built host, started as a process of its own.</summary>
public static class HostProcess
{
    /// <summary>The host that was built together with these tests.</summary>
    public static string Assembly { get; } = BuiltAssembly("ModelSigning.Host");

    /// <summary>How the host is started; standard output and error are pipes, standard input is empty.</summary>
    public static ProcessStartInfo StartInfo(params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(Environment.ProcessPath is { } dotnet && Path.GetFileNameWithoutExtension(dotnet) == "dotnet" ? dotnet : "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = SharedData.RepositoryRoot,
        };
        start.ArgumentList.Add(Assembly);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
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
    public static string BuiltAssembly(string project)
    {
        // .../tests/<tests>/bin/<configuration>/net10.0/ → .../src/<project>/bin/<configuration>/net10.0/
        DirectoryInfo framework = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Join(SharedData.RepositoryRoot, "src", project, "bin", framework.Parent!.Name, framework.Name, project + ".dll");
    }
}

/// <summary>How a run of the host ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote to its standard output, lines ending in LF.</param>
/// <param name="Error">What it wrote to its standard error, lines ending in LF.</param>
public sealed record HostResult(int ExitCode, string Output, string Error);
