using ModelSigning.Core.Hashing.Trees;

namespace ModelSigning.Core.Hashing.Work;

/// <summary>A segment of an item that is hashed as a tree.</summary>
/// <param name="Item">The item's index in the job.</param>
/// <param name="Index">The segment's index in the item.</param>
/// <param name="Count">How many segments the item has.</param>
internal readonly record struct Segment(int Item, long Index, long Count);

/// <summary>The segments of all items, the longest item first and each from its beginning, handed out to any thread that asks.</summary>
internal sealed class SegmentOrder
{
    private readonly HashJob _job;
    private readonly ItemOrder _items;

    // Where each item of more than one segment begins, in segments from the first; the others follow, one segment each.
    private readonly long[] _starts;
    private readonly long _count;
    private long _taken;

    public SegmentOrder(HashJob job, ItemOrder items)
    {
        _job = job;
        _items = items;
        List<long> starts = [];
        long start = 0;
        for (int place = 0; place < items.Count && SegmentsOf(items[place]) is > 1 and long segments; place++)
        {
            starts.Add(start);
            start += segments;
        }

        _starts = [.. starts, start];
        _count = start + (items.Count - starts.Count);
    }

    /// <summary>How many segments there are in all.</summary>
    public long Count => _count;

    /// <summary>Takes the next segment.</summary>
    /// <returns>Whether there was one.</returns>
    public bool TryTake(out Segment segment)
    {
        long number = Interlocked.Increment(ref _taken) - 1;
        if (number >= _count)
        {
            segment = default;
            return false;
        }

        int several = _starts.Length - 1;
        if (number >= _starts[several])
        {
            segment = new Segment(_items[several + (int)(number - _starts[several])], 0, 1);
            return true;
        }

        int found = Array.BinarySearch(_starts, number);
        int place = found >= 0 ? found : ~found - 1;
        int item = _items[place];
        segment = new Segment(item, number - _starts[place], SegmentsOf(item));
        return true;
    }

    private long SegmentsOf(int item) => Math.Max(1, (_job.Items[item].Length + Blake3Segment.Length - 1) / Blake3Segment.Length);
}
