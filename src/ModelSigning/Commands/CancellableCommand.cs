using System.Management.Automation;
using ModelSigning.Core.Hashing.Work;

namespace ModelSigning;

/// <summary>
/// A command whose long work runs beside the pipeline's thread and ends with Ctrl+C. Work that hangs in a foreign call (a token, a
/// driver, a mount, a key derivation) cannot be ended: it is left behind, and what it uses is freed when the call comes back.
/// </summary>
public abstract class CancellableCommand : ModuleCommand
{
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    private const int PollMilliseconds = 100;

    // Side by side: enough works are at hand for every thread, and results wait for those before them without piling up.
    private const int PreparedPerThread = 4, MostTurns = 1000;

    private readonly CancellationTokenSource _stop = new();
    private Task _abandoned = Task.CompletedTask;

    /// <summary>Cancelled when the user stops the pipeline.</summary>
    protected CancellationToken StopToken => _stop.Token;

    private protected override void Release()
    {
        if (_abandoned.IsCompleted)
        {
            base.Release();
        }
        else
        {
            _ = _abandoned.ContinueWith(_ => base.Release(), TaskScheduler.Default);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stop.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Called by PowerShell on another thread, when the user stops the pipeline.</summary>
    protected override void StopProcessing()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The pipeline ended by itself while the user was stopping it.
        }
    }

    /// <summary>Runs <paramref name="work"/>, which may hang or compute long, so that Ctrl+C need not wait for it.</summary>
    internal T RunInterruptibly<T>(Func<PipelineThread, T> work) => RunInBackground(null, (pipeline, _) => work(pipeline));

    /// <summary>
    /// Runs <paramref name="work"/> on the pipeline's thread, for work that does not hang and is mostly shorter than handing it to another thread. While it waits for threads of its
    /// own, it calls what it is given, which shows the progress.
    /// </summary>
    /// <exception cref="PipelineStoppedException">The user stopped the pipeline.</exception>
    private protected T RunHere<T>(ProgressDisplay progress, Func<Action, CancellationToken, T> work)
    {
        void Show()
        {
            if (progress.Due() is { } record)
            {
                WriteProgress(record);
            }
        }

        try
        {
            return work(Show, StopToken);
        }
        catch (OperationCanceledException) when (Stopping)
        {
            throw new PipelineStoppedException();
        }
        finally
        {
            Hide(progress);
        }
    }

    /// <summary>Runs <paramref name="work"/> on a thread of the pool; meanwhile this thread writes what the work has to say.</summary>
    /// <param name="progress">What to show while the work runs; null shows nothing.</param>
    /// <param name="work">The work. It reaches the pipeline only through the object it is given.</param>
    /// <exception cref="PipelineStoppedException">The user stopped the pipeline; the work has ended, or is left behind.</exception>
    private protected T RunInBackground<T>(ProgressDisplay? progress, Func<PipelineThread, CancellationToken, T> work)
    {
        PipelineThread pipeline = new(this, StopToken);
        Task<T> task = Task.Run(() =>
        {
            try
            {
                return work(pipeline, StopToken);
            }
            finally
            {
                pipeline.Complete();
            }
        });
        bool taken = false;
        try
        {
            pipeline.Serve(progress);
            T result = task.GetAwaiter().GetResult();
            taken = true;
            return result;
        }
        catch (OperationCanceledException) when (Stopping)
        {
            throw new PipelineStoppedException();
        }
        finally
        {
            // Serve may have thrown (a -Verbose with the preference Stop, a downstream command that has enough): the work must not
            // outlive the command if that can be helped. Its own exception was thrown above, or is nobody's concern any more.
            if (!task.IsCompleted)
            {
                _stop.Cancel();
            }

            if (Task.WaitAny([task], Grace) < 0)
            {
                _abandoned = Task.WhenAll(_abandoned, task);
            }

            _ = task.ContinueWith(
                ended =>
                {
                    pipeline.Dispose();
                    if (!taken && ended.IsCompletedSuccessfully)
                    {
                        // A key that was opened after everybody had gone.
                        (ended.Result as IDisposable)?.Dispose();
                    }
                },
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            Hide(progress);
        }
    }

    /// <summary>
    /// Does works side by side on threads of their own. This thread prepares them ahead, shows the progress of the first that is not done, and lets each have its say as soon as it and all
    /// before it are done, in their order.
    /// </summary>
    /// <param name="threads">How many.</param>
    /// <param name="throttle">The seats of the threads and of those that their works start.</param>
    /// <param name="turns">The works, each prepared by this thread when it is asked for.</param>
    /// <exception cref="PipelineStoppedException">The user stopped the pipeline; the works have ended, or are left behind.</exception>
    private protected void RunSideBySide(int threads, Throttle throttle, IEnumerable<Turn> turns)
    {
        Workers workers = new(threads, throttle, StopToken);
        ProgressDisplay? display = null;
        bool isOver = false;
        try
        {
            using IEnumerator<Turn> next = turns.GetEnumerator();
            Queue<Turn> open = new();
            Turn? begun = null;
            for (bool hasNext = true; hasNext || open.Count > 0;)
            {
                workers.Look();
                StopToken.ThrowIfCancellationRequested();
                if (open.TryPeek(out Turn? first) && first != begun)
                {
                    (begun, display) = (first, first.Begin());
                }

                if (first?.IsDone == true)
                {
                    open.Dequeue();
                    Hide(display);
                    display = null;
                    first.End();
                }
                else if (hasNext && workers.Unfinished < threads * PreparedPerThread && open.Count < MostTurns)
                {
                    hasNext = next.MoveNext();
                    if (hasNext)
                    {
                        open.Enqueue(next.Current);
                        if (!next.Current.IsDone)
                        {
                            workers.Add(next.Current);
                        }
                    }
                }
                else if (first is not null)
                {
                    workers.WaitForOne(PollMilliseconds, StopToken);
                    if (display?.Due() is { } record)
                    {
                        WriteProgress(record);
                    }
                }
            }

            isOver = true;
        }
        catch (OperationCanceledException) when (Stopping)
        {
            throw new PipelineStoppedException();
        }
        finally
        {
            // What was said may have thrown (-ErrorAction Stop, a downstream command that has enough): the works must not outlive the command if that can be helped.
            if (!isOver)
            {
                _stop.Cancel();
            }

            workers.Complete();
            if (!workers.Ended.Wait(Grace))
            {
                _abandoned = Task.WhenAll(_abandoned, workers.Ended);
            }

            _ = workers.Ended.ContinueWith(_ => workers.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            Hide(display);
        }
    }

    private void Hide(ProgressDisplay? display)
    {
        if (!Stopping && display?.Completed() is { } last)
        {
            WriteProgress(last);
        }
    }
}
