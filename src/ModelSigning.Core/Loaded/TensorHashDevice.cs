using System.Collections.Concurrent;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Reading;
using ModelSigning.Core.Hashing.Streams;
using ModelSigning.Core.Hashing.Work;

namespace ModelSigning.Core.Loaded;

/// <summary>
/// The processor, as a device that hashes each file from its first byte to its last, and at the same time the tensors in it: what a signature was verified
/// of and what is compared with loaded weights are the same bytes, and each is read once.
/// </summary>
internal sealed class TensorHashDevice : IHashDevice
{
    private const int BufferBytes = 1 << 20;

    private readonly ConcurrentDictionary<string, SafetensorsDigests> _files = new(StringComparer.Ordinal);

    /// <summary>The safetensors files that were hashed, by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsDigests> Files => _files;

    public void Hash(HashJob job, CancellationToken cancellationToken)
    {
        // A file in shards is several items, which one thread hashes in their order.
        int[][] files = [.. Enumerable.Range(0, job.Items.Count).Where(job.IsPending).GroupBy(item => job.Items[item].Name, StringComparer.Ordinal)
            .Select(items => items.OrderBy(item => job.Items[item].Offset).ToArray()).OrderByDescending(items => items.Sum(item => job.Items[item].Length))];
        int next = -1;
        if (files.Length > 0)
        {
            Crew.Run(Math.Min(job.Threads, files.Length), Work, job.Waiting, job.Throttle, cancellationToken);
        }

        void Work(CancellationToken token)
        {
            using StreamHasher hasher = StreamHasher.Create(job.Algorithm);
            byte[] buffer = new byte[BufferBytes + 1];
            for (int file; (file = Interlocked.Increment(ref next)) < files.Length;)
            {
                HashItem last = job.Items[files[file][^1]];
                using SafetensorsDigests? tensors = last.EndsFile && IsSafetensors(last.Name) ? new(job.FullPath(files[file][^1]), last.Offset + last.Length) : null;
                foreach (int item in files[file])
                {
                    Hash(job, item, hasher, tensors, buffer, token);
                }

                if (tensors is not null)
                {
                    _files[last.Name] = tensors;
                }
            }
        }
    }

    /// <summary>Whether a file is one of tensors, by its name.</summary>
    public static bool IsSafetensors(string name) => name.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase);

    private static void Hash(HashJob job, int index, StreamHasher hasher, SafetensorsDigests? tensors, byte[] buffer, CancellationToken token)
    {
        HashItem item = job.Items[index];
        byte[] digest = new byte[job.DigestLength];
        ModelSigningException? refusal = null;
        try
        {
            using ItemFile file = ItemFile.Open(job, index);
            long done = 0;
            do
            {
                token.ThrowIfCancellationRequested();
                int count = (int)Math.Min(BufferBytes, item.Length - done);
                file.Read(buffer, item.Offset + done, count);
                hasher.Append(buffer.AsSpan(0, count));
                tensors?.Append(item.Offset + done, buffer.AsSpan(0, count));
                done += count;
                job.Progress.Add(count);
            }
            while (done < item.Length);
        }
        catch (ModelSigningException failure)
        {
            refusal = failure;
        }

        // Also begins the next stream.
        hasher.Finish(digest);
        if (refusal is null)
        {
            job.Complete(index, digest);
        }
        else
        {
            job.Fail(index, refusal);
        }
    }
}
