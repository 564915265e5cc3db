using System.Diagnostics;

namespace ModelSigning.Benchmarks;

/// <summary>What one run of a program cost.</summary>
/// <param name="Seconds">From its start to its end, in seconds.</param>
/// <param name="PeakBytes">The most memory that it had in use, in bytes; 0 where the system does not say.</param>
internal readonly record struct Cost(double Seconds, long PeakBytes);

/// <summary>A program that is run from start to end and measured from outside.</summary>
internal static class MeasuredProcess
{
    // The system keeps the highest value itself, so that only growth in a program's last moments can be missed.
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(5);

    /// <summary>Runs a program.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static Cost Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        Stopwatch watch = Stopwatch.StartNew();
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        long peak = 0;
        while (!process.WaitForExit(Glance))
        {
            peak = Math.Max(peak, PeakOf(process));
        }

        double seconds = watch.Elapsed.TotalSeconds;
        process.WaitForExit();
        return process.ExitCode == 0
            ? new Cost(seconds, peak)
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

    private static long PeakOf(Process process)
    {
        try
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
        catch (InvalidOperationException)
        {
            // It has just ended.
            return 0;
        }
    }
}
