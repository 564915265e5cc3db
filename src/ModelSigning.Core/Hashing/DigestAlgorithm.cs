namespace ModelSigning.Core.Hashing;

/// <summary>The digest algorithms of an OMS manifest (OMS v1.0, serialization.hash_type).</summary>
public enum DigestAlgorithm
{
    /// <summary>SHA-256 (FIPS 180-4): <c>sha256</c>, 32 bytes. The default.</summary>
    Sha256,

    /// <summary>BLAKE2b-512, unkeyed (RFC 7693): <c>blake2b</c>, 64 bytes.</summary>
    Blake2b,

    /// <summary>BLAKE3-256, plain mode: <c>blake3</c>, 32 bytes.</summary>
    Blake3,
}
