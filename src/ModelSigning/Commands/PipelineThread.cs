using System.Collections.Concurrent;

namespace ModelSigning;

/// <summary>
/// How background work reaches the thread of the pipeline, the only one that may write: what the work posts is queued here and
/// written there. The queue is bounded, so that work that says much waits for a reader that is slow.
/// </summary>
internal sealed class PipelineThread(ModuleCommand command, CancellationToken stop) : IDisposable
{
    private const int PollMilliseconds = 100;

    private readonly BlockingCollection<Action> _actions = new(boundedCapacity: 256);

    /// <summary>Writes to the verbose stream.</summary>
    internal void Verbose(string text) => Post(() => command.WriteVerbose(text));

    /// <summary>Writes to the warning stream.</summary>
    internal void Warning(string text) => Post(() => command.WriteWarning(text));

    /// <summary>Runs <paramref name="question"/> on the pipeline's thread, where the host can be asked, and waits for the answer.</summary>
    internal T Ask<T>(Func<T> question)
    {
        TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                answer.SetResult(question());
            }
            catch (Exception exception)
            {
                // The work gets it too, then the command sees it: a prompt that was stopped must not leave the work waiting.
                answer.SetException(exception);
                throw;
            }
        });
        answer.Task.Wait(stop);
        return answer.Task.Result;
    }

    /// <summary>Says that the work posts nothing further.</summary>
    internal void Complete() => _actions.CompleteAdding();

    /// <summary>Runs what is posted until <see cref="Complete"/>, and shows the progress every 100 ms. Called by the pipeline's thread.</summary>
    internal void Serve(ProgressDisplay? progress)
    {
        while (!_actions.IsCompleted)
        {
            if (_actions.TryTake(out Action? action, PollMilliseconds, stop))
            {
                action();
            }

            if (progress?.Due() is { } record)
            {
                command.WriteProgress(record);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _actions.Dispose();

    // With the token: when Serve has ended early, nobody empties the queue, and only the token frees the work.
    private void Post(Action action) => _actions.Add(action, stop);
}
