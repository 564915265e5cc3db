using ModelSigning.Core.Hashing;

namespace ModelSigning.Gpu.Sharing;

/// <summary>
/// The items of a job that no device has taken yet. A device takes about a quarter of its fair share at a time, by the rates that were
/// measured so far, so that all end at about the same moment; one that would end later than the others without it takes nothing more.
/// </summary>
internal sealed class WorkShare
{
    // Less than this is not worth the start of a job on a device.
    private const double ShortestSeconds = 0.25;

    private readonly HashJob _job;
    private readonly int[] _items;
    private readonly double[] _rates;
    private readonly bool[] _working;
    private int _first;
    private int _end;
    private long _bytes;

    /// <summary>Makes a share.</summary>
    /// <param name="job">The job.</param>
    /// <param name="workers">How many devices work.</param>
    public WorkShare(HashJob job, int workers)
    {
        _job = job;
        _items = [.. Enumerable.Range(0, job.Items.Count).Where(job.IsPending).OrderByDescending(item => job.Items[item].Length)];
        _end = _items.Length;
        _bytes = _items.Sum(item => job.Items[item].Length);
        _rates = new double[workers];
        _working = new bool[workers];
        Array.Fill(_working, true);
    }

    /// <summary>Takes the next items for a device.</summary>
    /// <param name="worker">The device's number.</param>
    /// <param name="fromLongest">Whether it takes the longest items first, or the shortest.</param>
    /// <param name="atLeast">The fewest items that keep it busy.</param>
    /// <returns>The items; none when it is done.</returns>
    public IReadOnlyList<int> Take(int worker, bool fromLongest, int atLeast)
    {
        lock (_items)
        {
            List<int> taken = [];
            long wanted = Wanted(worker);
            long bytes = 0;
            while (_first < _end && (bytes < wanted || taken.Count < atLeast) && !(taken.Count == 0 && IsTooSlow(worker, fromLongest)))
            {
                int item = fromLongest ? _items[_first++] : _items[--_end];
                taken.Add(item);
                bytes += _job.Items[item].Length;
            }

            _bytes -= bytes;
            _working[worker] = taken.Count > 0;
            return taken;
        }
    }

    /// <summary>Tells how fast a device was.</summary>
    public void Measured(int worker, long bytes, TimeSpan time)
    {
        lock (_items)
        {
            double rate = bytes / Math.Max(time.TotalSeconds, 1e-6);
            _rates[worker] = _rates[worker] == 0 ? rate : (_rates[worker] + rate) / 2;
        }
    }

    // Before its rate is known, a sixteenth of an even share tells it.
    private long Wanted(int worker)
    {
        double all = _rates.Where((_, other) => _working[other]).Sum();
        return _rates[worker] == 0 || all == 0
            ? _bytes / (16 * _rates.Length)
            : (long)(_rates[worker] * Math.Max(_bytes / all / 4, ShortestSeconds));
    }

    private bool IsTooSlow(int worker, bool fromLongest)
    {
        double others = _rates.Where((_, other) => other != worker && _working[other]).Sum();
        long length = _job.Items[_items[fromLongest ? _first : _end - 1]].Length;
        return others > 0 && _rates[worker] > 0 && length / _rates[worker] > _bytes / others;
    }
}
