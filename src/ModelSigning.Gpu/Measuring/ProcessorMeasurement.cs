using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Measuring;

namespace ModelSigning.Gpu.Measuring;

/// <summary>How fast the processor is beside a device: the engine's own lanes, on a file that the system has in its cache.</summary>
public static class ProcessorMeasurement
{
    private const int FileBytes = 64 << 20;
    private const int Rounds = 3;

    /// <summary>Measures it with one file.</summary>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="threads">How many threads.</param>
    /// <param name="token">Ends the measurement.</param>
    /// <returns>Bytes in a second; the median of three rounds.</returns>
    /// <exception cref="ModelSigningException">The temporary file cannot be read.</exception>
    public static double Rate(DigestAlgorithm algorithm, int threads, CancellationToken token)
    {
        string path = Path.GetTempFileName();
        try
        {
            byte[] bytes = new byte[FileBytes];
            Random.Shared.NextBytes(bytes);
            File.WriteAllBytes(path, bytes);
            HashItem item = new(Path.GetFileName(path), 0, FileBytes, EndsFile: true);
            MeasuredDevice processor = new(HashDevices.Cpu, new CpuHashDevice());
            return HashBenchmark.MeasureFiles(Path.GetDirectoryName(path)!, [item], [algorithm], [processor], threads, Rounds, token)[0].BytesPerSecond;
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
}
