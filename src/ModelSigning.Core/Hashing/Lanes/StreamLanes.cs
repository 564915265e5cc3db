using ModelSigning.Core.Hashing.Reading;

namespace ModelSigning.Core.Hashing.Lanes;

/// <summary>
/// Independent streams of one algorithm, one in each lane of one vector or several ("groups"), all advanced by the same number of blocks at once. Streams
/// begin and end in their lanes at any time.
/// </summary>
internal abstract unsafe class StreamLanes : IDisposable
{
    // The state and the message of up to 32 lanes of SHA-256 or 16 of BLAKE2b, and BLAKE2b's counters; each a multiple of a vector.
    private const int MemoryLength = 8192;

    private readonly AlignedBuffer _memory = new(MemoryLength);

    /// <param name="count">How many lanes there are.</param>
    /// <param name="groupLength">How many of them share a vector.</param>
    /// <param name="blockLength">The algorithm's block in bytes.</param>
    protected StreamLanes(int count, int groupLength, int blockLength)
    {
        Count = count;
        GroupLength = groupLength;
        BlockLength = blockLength;
    }

    /// <summary>How many lanes there are.</summary>
    public int Count { get; }

    /// <summary>How many of them share a vector.</summary>
    public int GroupLength { get; }

    /// <summary>The algorithm's block in bytes.</summary>
    public int BlockLength { get; }

    /// <summary>Memory that a kernel uses as it likes, aligned to its vectors.</summary>
    protected byte* Memory => _memory.Pointer;

    /// <summary>Begins a stream in a lane.</summary>
    public abstract void Begin(int lane);

    /// <summary>How many of a stream's last bytes are left for <see cref="Close"/>.</summary>
    /// <param name="length">The stream's length in bytes.</param>
    public abstract int TailLength(long length);

    /// <summary>Pads the end of a lane's stream, so that the blocks at <paramref name="tail"/> are its last.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="tail">The stream's last <see cref="TailLength"/> bytes, followed by space for two blocks.</param>
    /// <param name="length">The stream's length in bytes.</param>
    /// <returns>How many blocks are left: 1 or 2. The lane must not be advanced with others by more than that.</returns>
    public abstract int Close(int lane, byte* tail, long length);

    /// <summary>Advances the lanes of the first groups.</summary>
    /// <param name="blocks">Where each lane's next block lies; all lanes of a group are read, whether their stream counts or not.</param>
    /// <param name="count">By how many blocks.</param>
    /// <param name="lanes">How many lanes, from the first, have a stream.</param>
    public void Advance(byte** blocks, int count, int lanes) => Compress(blocks, count, (lanes + GroupLength - 1) / GroupLength);

    /// <summary>Writes the digest of the stream that ended in a lane.</summary>
    public abstract void Digest(int lane, Span<byte> digest);

    /// <summary>Moves a stream to another lane.</summary>
    public abstract void Move(int from, int to);

    public void Dispose() => _memory.Dispose();

    /// <summary>Compresses blocks of all lanes of the first groups.</summary>
    protected abstract void Compress(byte** blocks, int count, int groups);

    /// <summary>Where a word of a lane's state lies: group by group, in each word by word.</summary>
    protected int StateIndex(int lane, int word) => (((lane / GroupLength * 8) + word) * GroupLength) + (lane % GroupLength);
}
