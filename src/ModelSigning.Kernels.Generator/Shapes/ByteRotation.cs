namespace ModelSigning.Kernels.Generator.Shapes;

/// <summary>A rotation by whole bytes, done as a permutation of bytes where a vector has no rotation.</summary>
internal static class ByteRotation
{
    /// <summary>
    /// The source of each byte of a vector, as arguments. They repeat in every 16 bytes, since shuffles of 256 bits work within halves of 128 and
    /// a word never crosses them.
    /// </summary>
    public static string Indices(int distance, int wordBits, int vectorBits)
    {
        int word = wordBits / 8;
        IEnumerable<int> half = Enumerable.Range(0, 16).Select(at => (at / word * word) + ((at + (distance / 8)) % word));
        return "(byte)" + string.Join(", ", Enumerable.Repeat(half, vectorBits / 128).SelectMany(indices => indices));
    }
}
