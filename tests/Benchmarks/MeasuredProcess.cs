using System.Collections.ObjectModel;
using System.Diagnostics;

namespace ModelSigning.Benchmarks;

/// <summary>What one run of a program cost.</summary>
/// <param name="Seconds">From its start to its end, in seconds.</param>
/// <param name="ProcessorSeconds">How long processors worked for it, all threads together, in seconds; says more than the time on a machine that is shared.</param>
/// <param name="PeakBytes">The most memory that it had in use, in bytes; 0 where the system does not say.</param>
internal readonly record struct Cost(double Seconds, double ProcessorSeconds, long PeakBytes);

/// <summary>A program that is run from start to end and measured from outside.</summary>
internal static class MeasuredProcess
{
    // The system keeps the highest value itself, so that only what a program does in its last moments is missed.
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(5);

    /// <summary>Runs a program.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static Cost Run(string program, params string[] arguments) => Run(ReadOnlyDictionary<string, string>.Empty, program, arguments);

    /// <summary>Runs a program with environment variables beside its inherited ones.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static Cost Run(IReadOnlyDictionary<string, string> variables, string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        foreach (KeyValuePair<string, string> variable in variables)
        {
            start.Environment[variable.Key] = variable.Value;
        }

        Stopwatch watch = Stopwatch.StartNew();
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        (TimeSpan Processor, long Peak) last = default;
        while (!process.WaitForExit(Glance))
        {
            // A process that has ended and is not yet gone has no memory any more.
            last = Look(process) is { } now ? (now.Processor, Math.Max(now.Peak, last.Peak)) : last;
        }

        double seconds = watch.Elapsed.TotalSeconds;
        process.WaitForExit();
        return process.ExitCode == 0
            ? new Cost(seconds, last.Processor.TotalSeconds, last.Peak)
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed:\n{output.Result}{errors.Result}");
    }

    /// <summary>Whether a program can be started.</summary>
    public static bool Exists(string program, string probe)
    {
        try
        {
            Run(program, probe);
            return true;
        }
        catch (Exception fault) when (fault is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return false;
        }
    }

    private static (TimeSpan Processor, long Peak)? Look(Process process)
    {
        try
        {
            process.Refresh();
            return (process.TotalProcessorTime, process.PeakWorkingSet64);
        }
        catch (Exception fault) when (fault is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has just ended.
            return null;
        }
    }
}
