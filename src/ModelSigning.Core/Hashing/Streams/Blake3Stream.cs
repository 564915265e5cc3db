using Org.BouncyCastle.Crypto.Digests;

namespace ModelSigning.Core.Hashing.Streams;

/// <summary>BLAKE3 byte after byte, for what is small; files are hashed as trees.</summary>
internal sealed class Blake3Stream : StreamHasher
{
    private readonly Blake3Digest _digest = new(8 * DigestAlgorithm.Blake3.DigestLength());

    public override void Append(ReadOnlySpan<byte> bytes) => _digest.BlockUpdate(bytes);

    public override void Finish(Span<byte> digest) => _digest.DoFinal(digest);
}
