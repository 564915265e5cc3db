using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Streams;

namespace ModelSigning.HashContender;

/// <summary>
/// What other tools do, done well: a pool of threads that take the files in the order of their names, each hashed as one stream by OpenSSL, read in
/// pieces of 256 KiB. The rows compare with it.
/// </summary>
internal sealed class OneStreamAThreadDevice : IHashDevice
{
    private const int ReadLength = 256 * 1024;

    public void Hash(HashJob job, CancellationToken cancellationToken)
    {
        int next = -1;
        Thread[] threads = [.. Enumerable.Range(0, job.Threads).Select(_ => new Thread(() => Work(job, ref next)))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
    }

    private static void Work(HashJob job, ref int next)
    {
        using StreamHasher hasher = StreamHasher.Create(job.Algorithm);
        byte[] buffer = new byte[ReadLength];
        byte[] digest = new byte[job.DigestLength];
        for (int index = Interlocked.Increment(ref next); index < job.Items.Count; index = Interlocked.Increment(ref next))
        {
            using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(job.FullPath(index));
            int read;
            for (long at = 0; (read = RandomAccess.Read(file, buffer, at)) > 0; at += read)
            {
                hasher.Append(buffer.AsSpan(0, read));
            }

            hasher.Finish(digest);
            job.Complete(index, digest);
        }
    }
}
