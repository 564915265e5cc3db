using ModelSigning.Core.Hashing.Streams;

namespace ModelSigning.Core.Tests.Hashing;

/// <summary>Single streams of BLAKE2b: managed, and of the system's library where .NET uses it.</summary>
public sealed class Blake2bStreamTests
{
    [Theory]
    [MemberData(nameof(HashVectors.Blake2b), MemberType = typeof(HashVectors))]
    public void Managed_code_meets_the_vectors_however_the_bytes_arrive(int length, string digest) => Check(new ManagedBlake2bStream(), length, digest);

    [Theory]
    [MemberData(nameof(HashVectors.Blake2b), MemberType = typeof(HashVectors))]
    public void Libcrypto_meets_the_vectors_however_the_bytes_arrive(int length, string digest)
    {
        Assert.SkipWhen(LibcryptoBlake2b.Instance is null, "This system's .NET does not use libcrypto, or it has no BLAKE2b.");
        Check(new LibcryptoBlake2bStream(LibcryptoBlake2b.Instance), length, digest);
    }

    private static void Check(StreamHasher hasher, int length, string digest)
    {
        byte[] input = HashVectors.Input(length);
        byte[] actual = new byte[64];
        using (hasher)
        {
            foreach (int piece in new[] { length + 1, 1000, 128, 127, 129, 37 })
            {
                for (int at = 0; at < length; at += piece)
                {
                    hasher.Append(input.AsSpan(at, Math.Min(piece, length - at)));
                }

                hasher.Finish(actual);
                Assert.Equal(digest, Convert.ToHexStringLower(actual));
            }
        }
    }
}
