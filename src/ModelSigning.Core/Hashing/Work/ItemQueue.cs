namespace ModelSigning.Core.Hashing.Work;

/// <summary>A part of an order, handed out item by item to any thread that asks, without a lock.</summary>
/// <param name="order">The order.</param>
/// <param name="from">The first place.</param>
/// <param name="to">The place after the last.</param>
internal sealed class ItemQueue(ItemOrder order, int from, int to)
{
    private int _next = from;

    /// <summary>Takes the next item.</summary>
    /// <param name="index">Its index in the job.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryTake(out int index)
    {
        // Not incremented once it is past the end, so that no number of askers overflows it.
        int place = Volatile.Read(ref _next) < to ? Interlocked.Increment(ref _next) - 1 : to;
        index = place < to ? order[place] : -1;
        return place < to;
    }
}
