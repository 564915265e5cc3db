using System.Collections.Concurrent;
using ILGPU.Runtime;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;

namespace ModelSigning.Gpu.Pipeline;

/// <summary>Threads that read pieces of files into windows.</summary>
internal sealed class FileSource : IPieceSource
{
    // Long enough for a thread in the middle of a piece, short enough for a person's Ctrl+C.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private readonly HashJob _job;
    private readonly OpenFiles _files;
    private readonly CancellationTokenSource _stop;
    private readonly BlockingCollection<(Window Window, int Piece)> _pieces = [];
    private readonly Task[] _threads;
    private readonly Lock _failing = new();

    public FileSource(HashJob job, CancellationToken token)
    {
        _job = job;
        _files = new OpenFiles(job);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        _threads = [.. Enumerable.Range(0, job.Threads).Select(_ => Task.Factory.StartNew(
            Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
    }

    public CancellationToken Stopped => _stop.Token;

    public MemoryBuffer? Direct(int item, long offset, int length, out long start)
    {
        start = 0;
        return null;
    }

    public void Start(Window window)
    {
        window.BeginReading();
        for (int piece = 0; piece < window.Pieces.Count; piece++)
        {
            _files.Announce(window.Pieces[piece]);
            _pieces.Add((window, piece));
        }
    }

    public void EnqueueCopy(Window window) => window.EnqueueUpload(0, window.Taken);

    public void ThrowIfFaulted()
    {
        foreach (Task thread in _threads)
        {
            if (thread.IsFaulted)
            {
                thread.GetAwaiter().GetResult();
            }
        }
    }

    public bool TryStop()
    {
        _stop.Cancel();
        bool ended = Task.WaitAny([Task.WhenAll(_threads)], Patience) == 0;
        if (ended)
        {
            _pieces.Dispose();
            _files.Close();
            _stop.Dispose();
        }

        return ended;
    }

    private void Read()
    {
        try
        {
            foreach ((Window window, int piece) in _pieces.GetConsumingEnumerable(_stop.Token))
            {
                Read(window, window.Pieces[piece]);
                window.PieceRead();
            }
        }
        catch (OperationCanceledException)
        {
            // The job is over.
        }
        catch
        {
            _stop.Cancel();
            throw;
        }
    }

    private void Read(Window window, in Piece piece)
    {
        Span<byte> room = window.Host.Slice(piece.Place, piece.Room);
        try
        {
            _files.Read(piece, room);
        }
        catch (ModelSigningException refusal)
        {
            lock (_failing)
            {
                if (_job.IsPending(piece.Item))
                {
                    _job.Fail(piece.Item, refusal);
                }
            }
        }
    }
}
