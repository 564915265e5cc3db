using System.Diagnostics;
using System.Runtime.ExceptionServices;
using ModelSigning.Core.Hashing;

namespace ModelSigning.Gpu.Sharing;

/// <summary>
/// Several devices with one plan, the processor among them or not. If one of them fails, the whole job does: a digest of the others is
/// never handed out beside the gap that it leaves.
/// </summary>
internal sealed class SharedHashDevice(IReadOnlyList<IHashDevice> devices) : IHashDevice
{
    // SHA-256 and BLAKE2b on a GPU need streams by the hundred; the processor keeps its lanes filled with a few for each thread.
    private const int StreamsOfGpu = 1024;
    private const int StreamsOfThread = 32;

    public void Hash(HashJob job, CancellationToken cancellationToken)
    {
        WorkShare share = new(job, devices.Count);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ExceptionDispatchInfo? fault = null;
        Thread[] threads = new Thread[devices.Count];
        for (int number = 0; number < threads.Length; number++)
        {
            int worker = number;
            threads[worker] = new Thread(() =>
            {
                try
                {
                    Work(worker, job, share, stop.Token);
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    // The caller that cancelled is already informed.
                }
                catch (Exception thrown)
                {
                    Interlocked.CompareExchange(ref fault, ExceptionDispatchInfo.Capture(thrown), null);
                    stop.Cancel();
                }
            })
            { IsBackground = true };
            threads[worker].Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        fault?.Throw();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void Work(int worker, HashJob job, WorkShare share, CancellationToken token)
    {
        // Long streams are the processor's: on a GPU each is one slow thread. Long BLAKE3 files are the GPU's.
        bool isProcessor = devices[worker] is CpuHashDevice;
        bool isTree = job.Algorithm.Describe().IsTree;
        int atLeast = isTree ? 1 : isProcessor ? job.Threads * StreamsOfThread : StreamsOfGpu;
        while (true)
        {
            token.ThrowIfCancellationRequested();
            IReadOnlyList<int> items = share.Take(worker, fromLongest: isProcessor != isTree, atLeast);
            if (items.Count == 0)
            {
                return;
            }

            Stopwatch clock = Stopwatch.StartNew();
            long bytes = PartialJob.Hash(job, items, devices[worker], token);
            share.Measured(worker, bytes, clock.Elapsed);
        }
    }
}
