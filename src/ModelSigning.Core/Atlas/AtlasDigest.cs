using System.Security.Cryptography;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Atlas;

/// <summary>A digest algorithm of Atlas, which has three; those of OMS are others.</summary>
/// <param name="Identifier">Its name in manifests.</param>
/// <param name="Name">Its name in .NET.</param>
/// <param name="Length">Its length in bytes.</param>
public sealed record AtlasDigest(string Identifier, HashAlgorithmName Name, int Length)
{
    /// <summary>Every algorithm.</summary>
    public static readonly IReadOnlyList<AtlasDigest> All =
    [
        new("sha256", HashAlgorithmName.SHA256, 32), new("sha384", HashAlgorithmName.SHA384, 48), new("sha512", HashAlgorithmName.SHA512, 64),
    ];

    /// <summary>The algorithm of that name; null when there is none.</summary>
    public static AtlasDigest? Find(string identifier) => All.FirstOrDefault(digest => digest.Identifier == identifier);

    /// <summary>The algorithm whose digests have as many digits as the text; null when there is none.</summary>
    internal static AtlasDigest? OfLength(string digits) => All.FirstOrDefault(digest => digest.Length * 2 == digits.Length);

    /// <summary>Reads the digits of a digest, in either case.</summary>
    /// <returns>The digest; null when the text is not one of this algorithm.</returns>
    internal byte[]? Read(string digits) => digits.Length == Length * 2 ? Hexadecimal.ReadAnyCase(digits) : null;

    /// <summary>The digest of some bytes.</summary>
    internal byte[] Hash(ReadOnlySpan<byte> bytes) => CryptographicOperations.HashData(Name, bytes);
}
