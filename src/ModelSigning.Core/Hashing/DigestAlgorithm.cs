using ModelSigning.Core.Hashing.Lanes;
using ModelSigning.Core.Hashing.Streams;
using ModelSigning.Core.Hashing.Work;

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

/// <summary>All that is asked about a digest algorithm, in one place: a new algorithm is a new description, and its engines.</summary>
public sealed class DigestDescription
{
    // FIPS 180-4's example, RFC 7693 appendix A, and a public BLAKE3 vector that has several chunks and an odd last one. In the order of the enumeration.
    private static readonly DigestDescription[] Descriptions =
    [
        new(() => new Sha256Stream(), "SHA-256", "sha256")
        {
            Algorithm = DigestAlgorithm.Sha256,
            Identifier = "sha256",
            Length = 32,
            BlockLength = 64,
            ShortestPadding = 9,
            KnownAnswer = new("abc"u8.ToArray(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            Lanes =
            [
                new("Avx512 lanes", Sha256Avx512Lanes.IsSupported, Wins: true, new(() => new Sha256Avx512Lanes(), 32, 16, 1.7, 1.9)),
                new("Avx2 lanes", Sha256Avx2Lanes.IsSupported, !Sha256Instructions.AreSupported, new(() => new Sha256Avx2Lanes(), 8, 8, 3.0, 3.0)),
            ],
        },
        new(() => LibcryptoBlake2b.Instance is { } library ? new LibcryptoBlake2bStream(library) : new ManagedBlake2bStream(), "BLAKE2b-512", "blake2b512")
        {
            Algorithm = DigestAlgorithm.Blake2b,
            Identifier = "blake2b",
            Length = 64,
            BlockLength = 128,
            KnownAnswer = new("abc"u8.ToArray(),
                "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"),
            Lanes =
            [
                new("Avx512 lanes", Blake2bAvx512Lanes.IsSupported, Wins: true, new(() => new Blake2bAvx512Lanes(), 16, 8, 3.0, 4.0)),
                new("Avx2 lanes", Blake2bAvx2Lanes.IsSupported, Wins: true, new(() => new Blake2bAvx2Lanes(), 4, 4, 1.6, 1.6)),
            ],
        },
        new(() => new Blake3Stream(), "BLAKE3", "blake3")
        {
            Algorithm = DigestAlgorithm.Blake3,
            Identifier = "blake3",
            Length = 32,
            BlockLength = 64,
            IsTree = true,
            KnownAnswer = new(Enumerable.Range(0, 3073).Select(i => (byte)(i % 251)).ToArray(), "7124b49501012f81cc7f11ca069ec9226cecb8a2c850cfe644e327d22d3e1cd3"),
        },
    ];

    private DigestDescription(Func<StreamHasher> oneStream, string cycloneDx, string spdx) => (OneStream, CycloneDxName, SpdxName) = (oneStream, cycloneDx, spdx);

    /// <summary>Every algorithm, the default first.</summary>
    public static IReadOnlyList<DigestDescription> All => Descriptions;

    /// <summary>The algorithm.</summary>
    public required DigestAlgorithm Algorithm { get; init; }

    /// <summary>The identifier that a bundle carries.</summary>
    public required string Identifier { get; init; }

    /// <summary>The digest's length in bytes.</summary>
    public required int Length { get; init; }

    /// <summary>How many bytes are compressed at once.</summary>
    public required int BlockLength { get; init; }

    /// <summary>Whether the parts of one file are hashed independently of each other, as a tree; a stream's bytes are hashed in their order.</summary>
    public bool IsTree { get; init; }

    /// <summary>
    /// The bytes that at least follow a stream's last one, of an algorithm with the padding of FIPS 180-4, section 5.1.1 (one bit, zeros, the length in bits) and
    /// words in big-endian order; 0 for an algorithm that pads with zeros and writes little-endian words.
    /// </summary>
    public int ShortestPadding { get; init; }

    /// <summary>A published digest, which a device must give before any digest of it is used.</summary>
    public required DigestAnswer KnownAnswer { get; init; }

    /// <summary>Its name in CycloneDX 1.6 and later (hash-alg).</summary>
    internal string CycloneDxName { get; }

    /// <summary>Its name in SPDX 3.0 (Core, HashAlgorithm).</summary>
    internal string SpdxName { get; }

    /// <summary>Makes a hasher of one stream; for a tree, of what is small.</summary>
    internal Func<StreamHasher> OneStream { get; }

    /// <summary>What hashes many streams at once, the fastest first.</summary>
    internal IReadOnlyList<LaneEngine> Lanes { get; init; } = [];

    /// <summary>The lanes that are taken on this processor; null where one stream at a time is faster.</summary>
    internal LaneEngine? BestLanes => Lanes.FirstOrDefault(lanes => lanes is { IsSupported: true, Wins: true });
}

/// <summary>A digest that is known.</summary>
/// <param name="Input">What is hashed.</param>
/// <param name="Digest">Its digest in lower-case hexadecimal.</param>
public sealed record DigestAnswer(ReadOnlyMemory<byte> Input, string Digest);

/// <summary>An engine of the processor that hashes many streams at once.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsSupported">Whether this processor has the instructions.</param>
/// <param name="Wins">Whether it is faster than one stream after another on this processor.</param>
/// <param name="Rates">How it is made, and how fast it is.</param>
internal sealed record LaneEngine(string Name, bool IsSupported, bool Wins, LaneRates Rates);

/// <summary>Finds the descriptions of algorithms.</summary>
public static class DigestAlgorithms
{
    /// <summary>The description of an algorithm.</summary>
    public static DigestDescription Describe(this DigestAlgorithm algorithm) => DigestDescription.All[(int)algorithm];

    /// <summary>The identifier that a bundle carries: <c>sha256</c>, <c>blake2b</c> or <c>blake3</c>.</summary>
    public static string Identifier(this DigestAlgorithm algorithm) => algorithm.Describe().Identifier;

    /// <summary>The digest's length in bytes: 32, 64 and 32.</summary>
    public static int DigestLength(this DigestAlgorithm algorithm) => algorithm.Describe().Length;

    /// <summary>Finds an algorithm by its identifier, compared exactly.</summary>
    /// <returns>Whether <paramref name="identifier"/> names one.</returns>
    public static bool TryParse(string identifier, out DigestAlgorithm algorithm)
    {
        DigestDescription? found = DigestDescription.All.FirstOrDefault(description => description.Identifier == identifier);
        algorithm = found?.Algorithm ?? default;
        return found is not null;
    }

    /// <summary>The identifiers, for a sentence: <c>'sha256', 'blake2b' and 'blake3'</c>.</summary>
    internal static string Names()
    {
        string[] names = [.. DigestDescription.All.Select(description => $"'{description.Identifier}'")];
        return $"{string.Join(", ", names[..^1])} and {names[^1]}";
    }
}
