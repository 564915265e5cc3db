namespace ModelSigning.Gpu.Sharing;

/// <summary>What a measurement found.</summary>
/// <param name="Bytes">How many bytes were hashed or copied.</param>
/// <param name="Time">How long it took.</param>
public readonly record struct MeasuredRate(long Bytes, TimeSpan Time)
{
    /// <summary>What came before, once: opening the device, compiling its kernels, testing them and allocating the windows.</summary>
    public TimeSpan SetUp { get; init; }

    /// <summary>The rate in bytes a second.</summary>
    public double BytesPerSecond => Bytes / Math.Max(Time.TotalSeconds, 1e-9);
}
