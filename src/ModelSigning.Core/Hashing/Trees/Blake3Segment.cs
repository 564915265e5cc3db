namespace ModelSigning.Core.Hashing.Trees;

/// <summary>
/// A subtree of a BLAKE3 tree that one thread hashes out of one buffer: 1 MiB, aligned to as much, except that a tree's last segment may
/// be shorter. Level after level, neighbours become parents and a value left over moves up, which is the tree of the specification's
/// section 2.1: the left child of every parent is the largest complete tree that leaves something for the right one.
/// </summary>
internal static unsafe class Blake3Segment
{
    /// <summary>The bytes of a segment that is not the last.</summary>
    public const int Length = Blake3Kernel.MaximumChunks * Blake3Constants.ChunkLength;

    /// <summary>The bytes that must be readable at a segment's buffer: a segment, and what a kernel may read beyond it.</summary>
    public const int BufferLength = Length + (Blake3Kernel.Slack * Blake3Constants.ChunkLength);

    /// <summary>Hashes a segment.</summary>
    /// <param name="kernel">What compresses.</param>
    /// <param name="buffer">The segment, in a buffer of <see cref="BufferLength"/>.</param>
    /// <param name="length">The segment's bytes, 0 to <see cref="Length"/>.</param>
    /// <param name="index">Its index in the tree.</param>
    /// <param name="isTree">Whether it is the whole tree, so that the result is the digest.</param>
    /// <param name="values">Scratch of <see cref="Blake3Kernel.ChainingValuesLength"/> words.</param>
    /// <param name="result">Where the segment's chaining value, or the digest's words, go.</param>
    public static void Hash(Blake3Kernel kernel, byte* buffer, int length, long index, bool isTree, uint* values, Span<uint> result)
    {
        ulong counter = (ulong)index * Blake3Kernel.MaximumChunks;
        int whole = length / Blake3Constants.ChunkLength;
        int rest = length % Blake3Constants.ChunkLength;
        int count = whole + (rest > 0 || length == 0 ? 1 : 0);
        uint rootFlag = isTree ? Blake3Constants.Root : 0;
        if (count == 1)
        {
            Blake3Compression.HashChunk(new ReadOnlySpan<byte>(buffer, length), counter, rootFlag, result);
            return;
        }

        Fitting(kernel, whole).HashChunks(buffer, whole, counter, values);
        if (rest > 0)
        {
            ReadOnlySpan<byte> last = new(buffer + (whole * Blake3Constants.ChunkLength), rest);
            Blake3Compression.HashChunk(last, counter + (uint)whole, rootFlag: 0, result);
            Store(result, values, whole);
        }

        while (count > 2)
        {
            int pairs = count / 2;
            bool odd = count % 2 != 0;
            if (odd)
            {
                // Kept aside: a kernel may write beyond the last parent.
                Load(values, count - 1, result);
            }

            Fitting(kernel, pairs).HashParents(values, pairs);
            count = pairs;
            if (odd)
            {
                Store(result, values, count++);
            }
        }

        Span<uint> right = stackalloc uint[Blake3Constants.Words];
        Load(values, 0, result);
        Load(values, 1, right);
        Blake3Compression.HashParent(result, right, rootFlag);
    }

    // A wide kernel takes as long for one as for all of its lanes, which is as long as two take one after the other.
    private static Blake3Kernel Fitting(Blake3Kernel kernel, int count) => count > 2 ? kernel : Blake3ScalarKernel.Instance;

    /// <summary>Takes one chaining value out of a structure of arrays.</summary>
    public static void Load(uint* values, int index, Span<uint> value)
    {
        for (int word = 0; word < value.Length; word++)
        {
            value[word] = values[(word * Blake3Kernel.Stride) + index];
        }
    }

    /// <summary>Puts one chaining value into a structure of arrays.</summary>
    public static void Store(ReadOnlySpan<uint> value, uint* values, int index)
    {
        for (int word = 0; word < value.Length; word++)
        {
            values[(word * Blake3Kernel.Stride) + index] = value[word];
        }
    }
}
