namespace ModelSigning.Core.Hashing.Trees;

/// <summary>The constants of BLAKE3 (the BLAKE3 specification, section 2.1 and tables 1 to 3).</summary>
internal static class Blake3Constants
{
    /// <summary>The bytes of one chunk, a leaf of the tree.</summary>
    public const int ChunkLength = 1024;

    /// <summary>The bytes of one block, which one compression takes.</summary>
    public const int BlockLength = 64;

    /// <summary>The words of a chaining value.</summary>
    public const int Words = 8;

    public const uint ChunkStart = 1;
    public const uint ChunkEnd = 2;
    public const uint Parent = 4;
    public const uint Root = 8;

    /// <summary>The initialization vector, which is SHA-256's.</summary>
    public static ReadOnlySpan<uint> InitializationVector =>
    [
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    ];
}
