using System.Numerics;

namespace ModelSigning.Core.Hashing.Trees;

/// <summary>
/// The upper part of one BLAKE3 tree, above its segments. Threads bring the segments' chaining values in any order; the values that wait for an
/// earlier one are as many as threads work on the file, and those that have been joined are as many as the tree has levels.
/// </summary>
internal sealed class Blake3Spine
{
    private readonly long _segments;
    private readonly Dictionary<long, uint[]> _waiting = [];
    private readonly Stack<uint[]> _complete = new();
    private long _next;

    /// <param name="segments">How many segments the tree has; at least 2.</param>
    public Blake3Spine(long segments) => _segments = segments;

    /// <summary>Takes the chaining value of one segment.</summary>
    /// <param name="index">The segment's index.</param>
    /// <param name="value">Its chaining value.</param>
    /// <param name="digest">The digest's words, once the last missing segment is there.</param>
    /// <returns>Whether the tree is complete.</returns>
    public bool Add(long index, ReadOnlySpan<uint> value, Span<uint> digest)
    {
        lock (_waiting)
        {
            _waiting.Add(index, value.ToArray());
            while (_waiting.Remove(_next, out uint[]? following))
            {
                if (++_next == _segments)
                {
                    Close(following, digest);
                    return true;
                }

                Join(following);
            }

            return false;
        }
    }

    // After n segments the stack holds one complete tree for each set bit of n.
    private void Join(uint[] value)
    {
        for (int merges = BitOperations.TrailingZeroCount(_next); merges > 0; merges--)
        {
            uint[] left = _complete.Pop();
            Blake3Compression.HashParent(left, value, rootFlag: 0);
            value = left;
        }

        _complete.Push(value);
    }

    private void Close(uint[] value, Span<uint> digest)
    {
        while (_complete.TryPop(out uint[]? left))
        {
            Blake3Compression.HashParent(left, value, _complete.Count == 0 ? Blake3Constants.Root : 0);
            value = left;
        }

        value.CopyTo(digest);
    }
}
