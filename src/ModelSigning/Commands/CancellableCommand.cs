using System.Management.Automation;

namespace ModelSigning;

/// <summary>
/// A command whose long work runs beside the pipeline's thread and ends with Ctrl+C. Work that hangs in a foreign call (a token, a
/// driver, a mount, a key derivation) cannot be ended: it is left behind, and what it uses is freed when the call comes back.
/// </summary>
public abstract class CancellableCommand : ModuleCommand
{
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

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
            if (!Stopping && progress.Completed() is { } last)
            {
                WriteProgress(last);
            }
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
            if (!Stopping && progress?.Completed() is { } last)
            {
                WriteProgress(last);
            }
        }
    }
}
