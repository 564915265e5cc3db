namespace ModelSigning.Core.Hashing.Streams;

/// <summary>The constants of BLAKE2b (RFC 7693, sections 2.5 and 2.6) that lie outside its rounds.</summary>
internal static class Blake2bConstants
{
    /// <summary>The state before the first block: SHA-512's, its first word with the parameters (depth 1, fan-out 1, no key, 64 bytes).</summary>
    public static ReadOnlySpan<ulong> InitialState =>
    [
        0x6a09e667f3bcc908 ^ 0x01010040, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
        0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
    ];
}
