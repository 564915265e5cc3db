namespace ModelSigning.Core.Hashing.Trees;

/// <summary>
/// Compresses many chunks, or many parents, of one BLAKE3 tree at once. Chaining values lie as a structure of arrays: word
/// <c>w</c> of value <c>i</c> at <c>w * Stride + i</c>, so that the two children of neighbouring parents are one de-interleaving away.
/// </summary>
internal abstract unsafe class Blake3Kernel
{
    /// <summary>
    /// The most chunks of one call, and so of one segment: 1 MiB. That fits the second-level cache of few processors, but longer reads cost so much less that it is
    /// faster than 256 KiB, which does (docs/performance.md).
    /// </summary>
    public const int MaximumChunks = 1024;

    /// <summary>The distance between a chaining value's words; not a power of two, so that the eight rows lie in different cache sets.</summary>
    public const int Stride = MaximumChunks + 32;

    /// <summary>The length of an array of chaining values, in 32-bit words.</summary>
    public const int ChainingValuesLength = Blake3Constants.Words * Stride;

    /// <summary>
    /// How many chunks beyond the last one a kernel may read, and how many values beyond the last one it may write, both without meaning.
    /// </summary>
    public const int Slack = 31;

    /// <summary>The fastest kernel of this processor; chosen once, and the only one that is ever compiled.</summary>
    public static Blake3Kernel Best { get; } = All().First();

    /// <summary>The name of the instruction set that it is made of.</summary>
    public abstract string Name { get; }

    /// <summary>The kernels of this processor, the fastest first.</summary>
    public static IEnumerable<Blake3Kernel> All()
    {
        if (Blake3Avx512Kernel.IsSupported)
        {
            yield return new Blake3Avx512Kernel();
        }

        if (Blake3Avx2Kernel.IsSupported)
        {
            yield return new Blake3Avx2Kernel();
        }

        if (Blake3Vector128Kernel.IsSupported)
        {
            yield return new Blake3Vector128Kernel();
        }

        yield return Blake3ScalarKernel.Instance;
    }

    /// <summary>Hashes whole chunks that lie one after another, none of them the root.</summary>
    /// <param name="chunks">The first chunk; <see cref="Slack"/> more chunks must be readable than are counted.</param>
    /// <param name="count">How many chunks.</param>
    /// <param name="counter">The first chunk's index in the tree; a multiple of <see cref="MaximumChunks"/>.</param>
    /// <param name="values">Where the chaining values go.</param>
    public abstract void HashChunks(byte* chunks, int count, ulong counter, uint* values);

    /// <summary>Replaces <paramref name="count"/> pairs of chaining values by their parents', none of them the root.</summary>
    public abstract void HashParents(uint* values, int count);
}
