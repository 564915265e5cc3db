using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing.Lanes;
using ModelSigning.Core.Hashing.Reading;

namespace ModelSigning.Core.Hashing.Work;

/// <summary>The item that is in one lane: its file, and how far it is.</summary>
internal sealed unsafe class LaneStream(HashJob job, FileOpener opener, StreamLanes lanes, byte* buffer) : IDisposable
{
    /// <summary>
    /// The bytes that are read at once. The 32 buffers of a thread then have 2 MiB, more than the second-level cache of many processors; shorter reads, which fit it, are
    /// slower (docs/performance.md).
    /// </summary>
    public const int ReadLength = 64 * 1024;

    /// <summary>
    /// The distance between two lanes' buffers in bytes: what is read, a byte that tells a file that has grown, and two blocks of padding; not a power of
    /// two, so that the lanes' blocks lie in different cache sets.
    /// </summary>
    public const int BufferStride = ReadLength + 320;

    private enum Stage
    {
        Reading,
        Closing,
        Ended,
    }

    private ItemFile? _file;
    private HashItem _item;
    private int _index;
    private long _read;
    private Stage _stage;
    private byte* _tail;

    /// <summary>Where the lane's blocks are read to.</summary>
    public byte* Buffer => buffer;

    /// <summary>How many blocks may be hashed before the stream needs something.</summary>
    public int BlocksLeft { get; set; }

    /// <summary>Begins an item.</summary>
    /// <exception cref="ModelSigningException">It cannot be read.</exception>
    public void Open(int lane, int index, out byte* blocks)
    {
        _index = index;
        _item = job.Items[index];
        _read = 0;
        _stage = Stage.Reading;
        _file = ItemFile.Open(job, index, opener);
        lanes.Begin(lane);
        TryNext(lane, out blocks);
    }

    /// <summary>Goes on with the item: its next bytes, then its padding, then its digest.</summary>
    /// <returns>Whether there is something to hash.</returns>
    /// <exception cref="ModelSigningException">It cannot be read.</exception>
    public bool TryNext(int lane, out byte* blocks)
    {
        blocks = buffer;
        while (_stage == Stage.Reading)
        {
            Read();
            if (BlocksLeft > 0)
            {
                return true;
            }
        }

        if (_stage == Stage.Closing)
        {
            blocks = _tail;
            BlocksLeft = lanes.Close(lane, _tail, _item.Length);
            _stage = Stage.Ended;
            return true;
        }

        Complete(lane);
        return false;
    }

    /// <summary>Ends the item without a digest.</summary>
    public void Fail(ModelSigningException error)
    {
        Dispose();
        job.Fail(_index, error);
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    private void Read()
    {
        int count = (int)Math.Min(ReadLength, _item.Length - _read);
        _file!.Read(new Span<byte>(buffer, count + 1), _item.Offset + _read, count);
        _read += count;
        job.Progress.Add(count);
        int whole = count;
        if (_read == _item.Length)
        {
            whole -= lanes.TailLength(_item.Length);
            _tail = buffer + whole;
            _stage = Stage.Closing;
            Dispose();
        }

        BlocksLeft = whole / lanes.BlockLength;
    }

    private void Complete(int lane)
    {
        Span<byte> digest = stackalloc byte[job.DigestLength];
        lanes.Digest(lane, digest);
        job.Complete(_index, digest);
    }
}
