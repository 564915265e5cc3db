using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing.Reading;
using ModelSigning.Core.Hashing.Streams;

namespace ModelSigning.Core.Hashing.Work;

/// <summary>Items hashed one after another, each as a single stream; any number of threads share the order.</summary>
internal sealed class StreamWork(HashJob job, LargestFirst items)
{
    // What fits the second-level cache of every processor of the last ten years, so that the hash finds in it what was read.
    private const int ReadLength = 256 * 1024;

    /// <summary>Takes items until there are none.</summary>
    public void Run(CancellationToken cancellationToken)
    {
        using StreamHasher hasher = StreamHasher.Create(job.Algorithm);
        using AlignedBuffer buffer = new(ReadLength + 1);
        Span<byte> digest = stackalloc byte[job.DigestLength];
        while (items.TryTake(out int index))
        {
            try
            {
                Hash(index, hasher, buffer.Span, cancellationToken);
                hasher.Finish(digest);
                job.Complete(index, digest);
            }
            catch (ModelSigningException error)
            {
                hasher.Finish(digest);
                job.Fail(index, error);
            }
        }
    }

    private void Hash(int index, StreamHasher hasher, Span<byte> buffer, CancellationToken cancellationToken)
    {
        HashItem item = job.Items[index];
        using ItemFile file = ItemFile.Open(job, index);
        long done = 0;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = (int)Math.Min(ReadLength, item.Length - done);
            file.Read(buffer, item.Offset + done, count);
            hasher.Append(buffer[..count]);
            job.Progress.Add(count);
            done += count;
        }
        while (done < item.Length);
    }
}
