using System.Management.Automation;

namespace ModelSigning;

/// <summary>A command whose long work runs beside the pipeline's thread and ends within 100 ms of Ctrl+C.</summary>
public abstract class CancellableCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Cancelled when the user stops the pipeline.</summary>
    protected CancellationToken StopToken => _stop.Token;

    /// <summary>Frees what the command holds; PowerShell calls it when the pipeline has ended.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what a derived command holds, such as keys.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stop.Dispose();
        }
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

    /// <summary>Runs <paramref name="work"/> on a thread of the pool; meanwhile this thread writes what the work has to say.</summary>
    /// <param name="progress">What to show while the work runs; null shows nothing.</param>
    /// <param name="work">The work. It reaches the pipeline only through the object it is given.</param>
    /// <exception cref="PipelineStoppedException">The user stopped the pipeline; the work has ended.</exception>
    private protected T RunInBackground<T>(ProgressDisplay? progress, Func<PipelineThread, CancellationToken, T> work)
    {
        using PipelineThread pipeline = new(this, StopToken);
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
        try
        {
            pipeline.Serve(progress);
            return task.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (Stopping)
        {
            throw new PipelineStoppedException();
        }
        finally
        {
            // Serve may have thrown (a -Verbose with the preference Stop, a downstream command that has enough): the work must not
            // outlive the command. Its own exception was thrown above, or is nobody's concern any more.
            if (!task.IsCompleted)
            {
                _stop.Cancel();
            }

            Task.WaitAny(task);
            if (!Stopping && progress?.Completed() is { } last)
            {
                WriteProgress(last);
            }
        }
    }
}
