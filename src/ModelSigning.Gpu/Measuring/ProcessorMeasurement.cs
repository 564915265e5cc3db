using System.Diagnostics;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;

namespace ModelSigning.Gpu.Measuring;

/// <summary>How fast the processor is beside a device: the engine's own lanes, on a file that the system has in its cache.</summary>
public static class ProcessorMeasurement
{
    private const int FileBytes = 64 << 20;

    /// <summary>Measures it with one file.</summary>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="threads">How many threads.</param>
    /// <param name="token">Ends the measurement.</param>
    /// <returns>Bytes in a second; the better of two runs.</returns>
    /// <exception cref="ModelSigningException">The temporary file cannot be read.</exception>
    public static double Rate(DigestAlgorithm algorithm, int threads, CancellationToken token)
    {
        string path = Path.GetTempFileName();
        try
        {
            byte[] bytes = new byte[FileBytes];
            Random.Shared.NextBytes(bytes);
            File.WriteAllBytes(path, bytes);
            return Math.Max(Run(path, algorithm, threads, token), Run(path, algorithm, threads, token));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw HashingErrors.FileReadFailed.At($"The temporary file '{path}' of the measurement failed: {fault.Message}", path, fault);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static double Run(string path, DigestAlgorithm algorithm, int threads, CancellationToken token)
    {
        HashJob job = new(algorithm, Path.GetDirectoryName(path)!, [new HashItem(Path.GetFileName(path), 0, FileBytes, EndsFile: true)], threads, new HashProgress());
        Stopwatch clock = Stopwatch.StartNew();
        HashScheduler.Run(job, new CpuHashDevice(), token);
        return FileBytes / clock.Elapsed.TotalSeconds;
    }
}
