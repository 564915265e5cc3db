using System.Runtime.ExceptionServices;

namespace ModelSigning;

/// <summary>One of several works that go side by side and have their say one after the other.</summary>
internal sealed class Turn
{
    private readonly Func<ProgressDisplay>? _begin;
    private readonly Func<Action>? _work;
    private Action? _end;
    private ExceptionDispatchInfo? _fault;
    private volatile bool _isDone;

    /// <summary>A turn whose work is done elsewhere.</summary>
    /// <param name="begin">Called by the pipeline's thread when the turn comes, whether the work is done by then or not: says what begins, and what to show meanwhile.</param>
    /// <param name="work">The work. It does not touch the pipeline; what it answers is called there afterwards.</param>
    internal Turn(Func<ProgressDisplay> begin, Func<Action> work) => (_begin, _work) = (begin, work);

    /// <summary>A turn without any work.</summary>
    /// <param name="end">Called by the pipeline's thread when the turn comes.</param>
    internal Turn(Action end) => (_end, _isDone) = (end, true);

    /// <summary>Whether the work is done.</summary>
    internal bool IsDone => _isDone;

    /// <summary>Says what begins.</summary>
    /// <returns>What to show until the work is done; null for nothing.</returns>
    internal ProgressDisplay? Begin() => _begin?.Invoke();

    /// <summary>Does the work, on the thread of the caller. What it throws is thrown by <see cref="End"/>.</summary>
    internal void Work()
    {
        try
        {
            _end = _work!();
        }
        catch (Exception fault)
        {
            _fault = ExceptionDispatchInfo.Capture(fault);
        }

        _isDone = true;
    }

    /// <summary>Says what came of the work, which is done.</summary>
    internal void End()
    {
        _fault?.Throw();
        _end!();
    }
}
