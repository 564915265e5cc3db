namespace ModelSigning.Core.Hashing.Work;

/// <summary>
/// The items of a job that have no outcome yet, the longest first, handed out to any thread that asks. Starting the longest first keeps the
/// last thread from finishing long after the others (Graham 1969: at most 4/3 of the best possible plan).
/// </summary>
internal sealed class LargestFirst
{
    private readonly int[] _order;
    private int _taken;

    public LargestFirst(HashJob job)
    {
        int[] order = new int[job.Items.Count];
        long[] lengths = new long[order.Length];
        int count = 0;
        for (int index = 0; index < order.Length; index++)
        {
            if (job.IsPending(index))
            {
                lengths[count] = -job.Items[index].Length;
                order[count++] = index;
            }
        }

        Array.Sort(lengths, order, 0, count);
        _order = order;
        Count = count;
    }

    /// <summary>How many items there are in all.</summary>
    public int Count { get; }

    /// <summary>The index in the job of the item at a place in the order.</summary>
    public int this[int place] => _order[place];

    /// <summary>Takes the next item.</summary>
    /// <returns>Whether there was one.</returns>
    public bool TryTake(out int index)
    {
        // Not incremented once it is past the end, so that no number of askers overflows it.
        int place = Volatile.Read(ref _taken) < Count ? Interlocked.Increment(ref _taken) - 1 : Count;
        index = place < Count ? _order[place] : -1;
        return index >= 0;
    }
}
