namespace ModelSigning.Core.Hashing.Work;

/// <summary>
/// The items of a job that have no outcome yet, the longest first. Starting the longest first keeps the last thread from finishing long after the
/// others (Graham 1969: at most 4/3 of the best possible plan).
/// </summary>
internal sealed class ItemOrder
{
    private readonly HashJob _job;
    private readonly int[] _order;

    public ItemOrder(HashJob job)
    {
        _job = job;
        _order = new int[job.Items.Count];
        long[] lengths = new long[_order.Length];
        for (int index = 0; index < _order.Length; index++)
        {
            if (job.IsPending(index))
            {
                lengths[Count] = -job.Items[index].Length;
                _order[Count++] = index;
            }
        }

        Array.Sort(lengths, _order, 0, Count);
    }

    /// <summary>How many items there are.</summary>
    public int Count { get; }

    /// <summary>The index in the job of the item at a place in the order.</summary>
    public int this[int place] => _order[place];

    /// <summary>The length of the item at a place in the order, in bytes.</summary>
    public long Length(int place) => _job.Items[_order[place]].Length;
}
