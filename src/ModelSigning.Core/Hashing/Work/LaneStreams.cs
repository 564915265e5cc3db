using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing.Lanes;
using ModelSigning.Core.Hashing.Reading;

namespace ModelSigning.Core.Hashing.Work;

/// <summary>
/// Hashes items in lanes. All lanes advance together to where the first of them needs something: bytes, the padding of its end, or, once its stream has
/// ended, the next item. A lane whose item fails goes on with the next one like any other.
/// </summary>
internal sealed unsafe class LaneStreams : IDisposable
{
    private readonly HashJob _job;
    private readonly ItemQueue _items;
    private readonly StreamLanes _lanes;
    private readonly LaneStream[] _streams;
    private readonly AlignedBuffer _buffer;
    private readonly AlignedBuffer _blocks;
    private readonly FileOpener _opener;
    private int _active;

    private LaneStreams(HashJob job, ItemQueue items, StreamLanes lanes)
    {
        _job = job;
        _items = items;
        _lanes = lanes;
        _buffer = new AlignedBuffer(lanes.Count * LaneStream.BufferStride);
        _blocks = new AlignedBuffer(lanes.Count * sizeof(byte*));
        _opener = job.Source.CreateOpener();
        _streams = new LaneStream[lanes.Count];
        for (int lane = 0; lane < lanes.Count; lane++)
        {
            _streams[lane] = new LaneStream(job, _opener, lanes, _buffer.Pointer + (lane * LaneStream.BufferStride));
        }
    }

    private byte** Blocks => (byte**)_blocks.Pointer;

    /// <summary>Takes items from a queue until there are none.</summary>
    /// <param name="job">Where the outcomes go.</param>
    /// <param name="items">The items.</param>
    /// <param name="create">Makes the lanes.</param>
    /// <param name="count">How many of them to use.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static void Run(HashJob job, ItemQueue items, Func<StreamLanes> create, int count, CancellationToken cancellationToken)
    {
        using StreamLanes lanes = create();
        using LaneStreams streams = new(job, items, lanes);
        streams.Run(count, cancellationToken);
    }

    public void Dispose()
    {
        foreach (LaneStream stream in _streams)
        {
            stream.Dispose();
        }

        _buffer.Dispose();
        _blocks.Dispose();
        _opener.Dispose();
    }

    private void Run(int count, CancellationToken cancellationToken)
    {
        for (int lane = 0; lane < _lanes.Count; lane++)
        {
            // Lanes without a stream are advanced with the others of their group, over bytes without meaning.
            Blocks[lane] = _streams[lane].Buffer;
        }

        while (_active < count && TryFill(_active))
        {
            _active++;
        }

        while (_active > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int blocks = int.MaxValue;
            for (int lane = 0; lane < _active; lane++)
            {
                blocks = Math.Min(blocks, _streams[lane].BlocksLeft);
            }

            _lanes.Advance(Blocks, blocks, _active);

            // Downwards, so that the stream that takes an ended one's lane has had its turn.
            for (int lane = _active - 1; lane >= 0; lane--)
            {
                Step(lane, blocks);
            }
        }
    }

    private void Step(int lane, int blocks)
    {
        LaneStream stream = _streams[lane];
        Blocks[lane] += blocks * _lanes.BlockLength;
        stream.BlocksLeft -= blocks;
        if (stream.BlocksLeft == 0 && !TryContinue(lane) && !TryFill(lane))
        {
            Close(lane);
        }
    }

    // The next bytes of the lane's item, if it has any and they can be read.
    private bool TryContinue(int lane)
    {
        try
        {
            return _streams[lane].TryNext(lane, out Blocks[lane]);
        }
        catch (ModelSigningException error)
        {
            _streams[lane].Fail(error);
            return false;
        }
    }

    // The next item that can be read, if there is one.
    private bool TryFill(int lane)
    {
        while (_items.TryTake(out int index))
        {
            try
            {
                _streams[lane].Open(lane, index, out Blocks[lane]);
                return true;
            }
            catch (ModelSigningException error)
            {
                _streams[lane].Fail(error);
            }
        }

        return false;
    }

    // The streams stay together in the first lanes, so that groups without any are not computed.
    private void Close(int lane)
    {
        int last = --_active;
        if (lane != last)
        {
            _lanes.Move(last, lane);
            (_streams[lane], _streams[last]) = (_streams[last], _streams[lane]);
            Blocks[lane] = Blocks[last];
        }

        Blocks[last] = _streams[last].Buffer;
    }
}
