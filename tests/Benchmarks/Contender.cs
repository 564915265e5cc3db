namespace ModelSigning.Benchmarks;

/// <summary>One way of doing a row's work.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Run">Does the work once.</param>
internal sealed record Contender(string Name, Func<Cost> Run)
{
    /// <summary>This module's engine, as a process of its own.</summary>
    public static Contender Engine(string algorithm, int threads, string path) => new("ModelSigning", () => Own(algorithm, threads, HashProcess.Device, path));

    /// <summary>One stream a thread, as a process of its own.</summary>
    public static Contender OneStreamAThread(string algorithm, int threads, string path) =>
        new("one stream a thread", () => Own(algorithm, threads, HashProcess.OneStreamAThread, path));

    /// <summary>A program that is installed, or null where it is not.</summary>
    public static Contender? Program(string name, string probe, string program, params string[] arguments) =>
        MeasuredProcess.Exists(program, probe) ? new(name, () => MeasuredProcess.Run(program, arguments)) : null;

    /// <summary>PowerShell text in this project's host, with the module imported.</summary>
    public static Contender Host(string name, string command) => new(name, () => MeasuredProcess.Run(
        "dotnet", "exec", Repository.Host, "-Command", $"$ErrorActionPreference = 'Stop'; Import-Module '{Repository.Manifest}'; {command}"));

    private static Cost Own(string algorithm, int threads, string engine, string path) =>
        MeasuredProcess.Run("dotnet", "exec", typeof(Contender).Assembly.Location, "hash", algorithm, $"{threads}", engine, path);
}
