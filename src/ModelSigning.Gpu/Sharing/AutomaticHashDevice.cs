using ModelSigning.Core.Hashing;

namespace ModelSigning.Gpu.Sharing;

/// <summary>
/// The device that is the fastest for the job at hand, by measurement: a sample of the job on the processor and, where the job is long
/// enough to repay it, one on each GPU. A GPU that is not clearly faster is left alone.
/// </summary>
/// <param name="processor">The processor.</param>
/// <param name="gpus">Finds and opens the GPUs; called only for a job that may be faster on one.</param>
internal sealed class AutomaticHashDevice(IHashDevice processor, Func<IReadOnlyList<IHashDevice>> gpus) : IHashDevice
{
    // Below that the gain is within what the samples tell.
    private const double ClearlyFaster = 1.05;

    // Beside GPUs that are together this much faster, the processor is needed to read.
    private const double FarFaster = 4;

    /// <summary>The bytes below which a job is done before a GPU is open.</summary>
    public long SmallestJob { get; init; } = 4L << 30;

    /// <summary>The time on the processor that repays a GPU: opening one and compiling its kernels takes one to two seconds.</summary>
    public TimeSpan ShortestTime { get; init; } = TimeSpan.FromSeconds(30);

    public void Hash(HashJob job, CancellationToken cancellationToken) => Choose(job, cancellationToken).Hash(job, cancellationToken);

    private IHashDevice Choose(HashJob job, CancellationToken token)
    {
        if (job.Progress.BytesTotal < SmallestJob)
        {
            return processor;
        }

        MeasuredRate processorSample = WorkSample.Rate(job, processor, 0, Timeout.InfiniteTimeSpan, token);
        double processorRate = processorSample.BytesPerSecond;
        if (job.Progress.BytesTotal / processorRate < ShortestTime.TotalSeconds)
        {
            return processor;
        }

        List<IHashDevice> faster = [];
        double rates = 0;
        foreach (IHashDevice gpu in gpus())
        {
            // As long as the processor took: a GPU that needs more is not faster, and one that needs far more would make the whole slower.
            double rate = WorkSample.Rate(job, gpu, faster.Count + 1, processorSample.Time, token).BytesPerSecond;
            if (rate > processorRate * ClearlyFaster)
            {
                faster.Add(gpu);
                rates += rate;
            }
        }

        if (rates <= processorRate * FarFaster)
        {
            faster.Insert(0, processor);
        }

        return faster.Count == 1 ? faster[0] : new SharedHashDevice(faster);
    }
}
