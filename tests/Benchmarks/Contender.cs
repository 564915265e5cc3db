using System.Diagnostics;

namespace ModelSigning.Benchmarks;

/// <summary>One way of doing a row's work.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Run">Does the work on a path once.</param>
internal sealed record Contender(string Name, Func<string, Cost> Run)
{
    /// <summary>This module's engine.</summary>
    public static Contender Engine(string algorithm, int threads, bool avx512 = true) =>
        new("ModelSigning", path => Hash(algorithm, threads, "device", path, avx512));

    /// <summary>One stream a thread.</summary>
    public static Contender OneStreamAThread(string algorithm, int threads, bool avx512 = true) =>
        new("one stream a thread", path => Hash(algorithm, threads, "one-stream-a-thread", path, avx512));

    /// <summary>A program that is installed, or null where it is not.</summary>
    /// <param name="name">Its name in the table.</param>
    /// <param name="probe">The argument with which it only says that it is there.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments, given the path of the work.</param>
    public static Contender? Program(string name, string probe, string program, Func<string, string[]> arguments) =>
        MeasuredProcess.Exists(program, probe) ? new(name, path => MeasuredProcess.Run(program, arguments(path))) : null;

    /// <summary>PowerShell text in this project's host, with the module imported.</summary>
    /// <param name="name">Its name in the table.</param>
    /// <param name="command">The text, given the path of the work.</param>
    public static Contender Host(string name, Func<string, string> command) => new(name, path => MeasuredProcess.Run(
        PublishedPrograms.Host, "-NoProfile", "-Command", $"$ErrorActionPreference = 'Stop'; Import-Module ModelSigning; {command(path)}"));

    /// <summary>Several at the same time, each for itself: none of them waits for another, and all share the processors.</summary>
    /// <param name="name">Its name in the table.</param>
    /// <param name="contenders">What runs; the time is that of the last to end.</param>
    public static Contender SideBySide(string name, params Contender[] contenders) => new(name, path =>
    {
        Cost[] costs = Task.WhenAll(contenders.Select(contender => Task.Run(() => contender.Run(path)))).GetAwaiter().GetResult();
        return new(costs.Max(cost => cost.Seconds), costs.Sum(cost => cost.ProcessorSeconds), costs.Sum(cost => cost.PeakBytes));
    });

    /// <summary>The same work while other processes, which do nothing but count, take the processors.</summary>
    /// <param name="others">How many.</param>
    public Contender BesideBusy(int others) => new($"{Name} beside {others} busy processes", path =>
    {
        Process[] busy = [.. Enumerable.Range(0, others).Select(_ => Process.Start(PublishedPrograms.Host, ["-NoProfile", "-Command", "while ($true) { }"]))];
        try
        {
            return Run(path);
        }
        finally
        {
            foreach (Process process in busy)
            {
                process.Kill();
                process.WaitForExit();
                process.Dispose();
            }
        }
    });

    private static Cost Hash(string algorithm, int threads, string engine, string path, bool avx512) =>
        MeasuredProcess.Run(new Dictionary<string, string> { ["DOTNET_EnableAVX512"] = avx512 ? "1" : "0" }, PublishedPrograms.HashContender, algorithm, $"{threads}", engine, path);
}
