using ModelSigning.Core.Hashing.Trees;
using ModelSigning.Core.Hashing.Work;

namespace ModelSigning.Core.Hashing;

/// <summary>
/// The processor: as many threads as a job allows, the longest items first, files read into buffers that are used again. Its memory grows with the
/// threads, not with the items or their bytes.
/// </summary>
public sealed class CpuHashDevice : IHashDevice
{
    // Starting threads and waiting for them costs more than hashing this much; on a busy machine a hundred times more.
    private const long SmallBytes = 1024 * 1024;
    private const int SmallItems = 256;

    /// <inheritdoc/>
    public void Hash(HashJob job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        ItemOrder items = new(job);
        if (items.Count == 0)
        {
            return;
        }

        if (job.Algorithm.Describe().IsTree)
        {
            TreeWork work = new(job, items, Blake3Kernel.Best);
            Run(job, (int)Math.Min(job.Threads, work.Segments), work.Run, cancellationToken);
        }
        else
        {
            StreamWork work = new(job, items);
            Run(job, Math.Min(job.Threads, items.Count), work.Run, cancellationToken);
        }
    }

    private static void Run(HashJob job, int threads, Action<CancellationToken> work, CancellationToken cancellationToken)
    {
        if (job.Waiting is not null && job.Items.Count <= SmallItems && job.Progress.BytesTotal < SmallBytes)
        {
            work(cancellationToken);
        }
        else
        {
            Crew.Run(threads, work, job.Waiting, job.Throttle, cancellationToken);
        }
    }
}
