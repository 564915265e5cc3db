using ModelSigning.Core.Hashing.Trees;
using ModelSigning.Core.Hashing.Work;

namespace ModelSigning.Core.Hashing;

/// <summary>
/// The processor: as many threads as a job allows, the longest items first, files read into buffers that are used again. Its memory grows with the
/// threads, not with the items or their bytes.
/// </summary>
public sealed class CpuHashDevice : IHashDevice
{
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
            Crew.Run((int)Math.Min(job.Threads, work.Segments), work.Run, cancellationToken);
        }
        else
        {
            StreamWork work = new(job, items);
            Crew.Run(Math.Min(job.Threads, items.Count), work.Run, cancellationToken);
        }
    }
}
