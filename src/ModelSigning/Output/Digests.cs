using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;

namespace ModelSigning;

/// <summary>How digests are written for people: lower-case hexadecimal digits, after the algorithm where it is not said elsewhere.</summary>
internal static class Digests
{
    internal static string Hex(ReadOnlySpan<byte> digest) => Hexadecimal.Write(digest);

    internal static string Labelled(DigestAlgorithm algorithm, ReadOnlySpan<byte> digest) => $"{algorithm.Identifier()}:{Hex(digest)}";

    /// <summary>The digest of a whole model, which is SHA-256 whatever the algorithm of its files (OMS v1.0, 6.4).</summary>
    internal static string Root(ReadOnlySpan<byte> digest) => Labelled(DigestAlgorithm.Sha256, digest);
}
