using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing.Reading;
using ModelSigning.Core.Hashing.Streams;

namespace ModelSigning.Core.Hashing.Work;

/// <summary>Hashes one item after another as a single stream.</summary>
internal static class SingleStreams
{
    /// <summary>Takes items from a queue until there are none.</summary>
    /// <param name="job">Where the outcomes go.</param>
    /// <param name="items">The items.</param>
    /// <param name="readAhead">Whether another thread reads long items while this one hashes; for where threads have nothing else to do.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static void Run(HashJob job, ItemQueue items, bool readAhead, CancellationToken cancellationToken)
    {
        if (!items.TryTake(out int index))
        {
            return;
        }

        using StreamHasher hasher = StreamHasher.Create(job.Algorithm);
        using AlignedBuffer buffer = new(ReadAhead.BufferLength + 1);
        using FileOpener opener = job.Source.CreateOpener();
        Span<byte> digest = stackalloc byte[job.DigestLength];
        do
        {
            ModelSigningException? error = null;
            try
            {
                HashItem item = job.Items[index];
                using ItemFile file = ItemFile.Open(job, index, opener);
                if (readAhead && item.Length >= ReadAhead.WorthWhile)
                {
                    using ReadAhead reader = new(file, item);
                    HashAhead(job, reader, hasher, cancellationToken);
                }
                else
                {
                    Hash(job, item, file, hasher, buffer.Span, cancellationToken);
                }
            }
            catch (ModelSigningException refusal)
            {
                error = refusal;
            }

            // Also after an error, so that the hasher starts again.
            hasher.Finish(digest);
            if (error is null)
            {
                job.Complete(index, digest);
            }
            else
            {
                job.Fail(index, error);
            }
        }
        while (items.TryTake(out index));
    }

    private static void Hash(HashJob job, HashItem item, ItemFile file, StreamHasher hasher, Span<byte> buffer, CancellationToken cancellationToken)
    {
        long done = 0;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = (int)Math.Min(ReadAhead.BufferLength, item.Length - done);
            file.Read(buffer, item.Offset + done, count);
            hasher.Append(buffer[..count]);
            job.Progress.Add(count);
            done += count;
        }
        while (done < item.Length);
    }

    private static void HashAhead(HashJob job, ReadAhead reader, StreamHasher hasher, CancellationToken cancellationToken)
    {
        while (reader.TryNext(cancellationToken, out ReadOnlySpan<byte> bytes))
        {
            hasher.Append(bytes);
            job.Progress.Add(bytes.Length);
            reader.Release();
        }
    }
}
