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

/// <summary>The identifiers and sizes of <see cref="DigestAlgorithm"/>.</summary>
public static class DigestAlgorithms
{
    /// <summary>The identifier that a bundle carries: <c>sha256</c>, <c>blake2b</c> or <c>blake3</c>.</summary>
    public static string Identifier(this DigestAlgorithm algorithm) => algorithm switch
    {
        DigestAlgorithm.Sha256 => "sha256",
        DigestAlgorithm.Blake2b => "blake2b",
        DigestAlgorithm.Blake3 => "blake3",
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };

    /// <summary>The digest's length in bytes: 32, 64 and 32.</summary>
    public static int DigestLength(this DigestAlgorithm algorithm) => algorithm switch
    {
        DigestAlgorithm.Sha256 or DigestAlgorithm.Blake3 => 32,
        DigestAlgorithm.Blake2b => 64,
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };

    /// <summary>Finds an algorithm by its identifier, compared exactly.</summary>
    /// <returns>Whether <paramref name="identifier"/> names one of the three.</returns>
    public static bool TryParse(string identifier, out DigestAlgorithm algorithm)
    {
        (bool known, algorithm) = identifier switch
        {
            "sha256" => (true, DigestAlgorithm.Sha256),
            "blake2b" => (true, DigestAlgorithm.Blake2b),
            "blake3" => (true, DigestAlgorithm.Blake3),
            _ => (false, default),
        };
        return known;
    }
}
