namespace ModelSigning.Core.Bundles;

/// <summary>A signature over a file (<c>messageSignature</c>).</summary>
/// <param name="DigestAlgorithm">The name of the digest's algorithm as the bundle has it (<c>SHA2_256</c>); null without a digest.</param>
/// <param name="Digest">A hint at the file's digest; null when the bundle has none. Never what is verified.</param>
/// <param name="Signature">The signature's bytes.</param>
public sealed record MessageSignature(string? DigestAlgorithm, ReadOnlyMemory<byte>? Digest, ReadOnlyMemory<byte> Signature);
