namespace ModelSigning.Testing;

/// <summary>The lengths in bytes on which every engine, of the processor and of a GPU, must be exact.</summary>
public static class HashLengths
{
    /// <summary>BLAKE3's chunks of 1,024 bytes: one byte less, none and one more than a number of them, up to 1,024 chunks.</summary>
    public static IReadOnlyList<int> AroundChunks { get; } =
    [
        .. Enumerable.Range(0, 1025)
            .Where(chunks => chunks < 140 || chunks > 1000 || chunks % 7 == 0)
            .SelectMany(chunks => Around(chunks * 1024, 1)),
    ];

    /// <summary>The blocks of SHA-256 (64 bytes) and BLAKE2b (128), the places where padding takes a block of its own, and the ends of buffers.</summary>
    public static IReadOnlyList<int> AroundBlocks { get; } =
        [.. Enumerable.Range(0, 300), .. new[] { 1024, 32_768, 65_536, 131_072, 200_000, 1_048_576, 2_097_152 }.SelectMany(length => Around(length, 2))];

    /// <summary>All of them, those of the published vectors included, each once.</summary>
    public static IReadOnlyList<int> All { get; } = [.. AroundChunks.Concat(AroundBlocks).Append(1000).Append(3_000_000).Distinct().Order()];

    private static IEnumerable<int> Around(int length, int distance) =>
        Enumerable.Range(length - distance, (2 * distance) + 1).Where(near => near >= 0);
}
