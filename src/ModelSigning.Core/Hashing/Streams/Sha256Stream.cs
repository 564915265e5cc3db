using System.Security.Cryptography;

namespace ModelSigning.Core.Hashing.Streams;

/// <summary>
/// SHA-256 (FIPS 180-4, section 6.2) of one stream by the system's library, which uses the processor's SHA instructions. On x86-64 their
/// latency bounds it (sha256rnds2: 4 cycles for two rounds), so no code beats it for a single stream.
/// </summary>
internal sealed class Sha256Stream : StreamHasher
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public override void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    public override void Finish(Span<byte> digest) => _hash.GetHashAndReset(digest);

    public override void Dispose()
    {
        _hash.Dispose();
        base.Dispose();
    }
}
