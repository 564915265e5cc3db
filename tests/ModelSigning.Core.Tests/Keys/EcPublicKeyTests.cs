using System.Security.Cryptography;
using ModelSigning.Core.Keys;

namespace ModelSigning.Core.Tests.Keys;

public sealed class EcPublicKeyTests
{
    [Fact]
    public void A_key_verifies_on_many_threads_and_after_what_is_no_signature()
    {
        using ECDsa signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        EcPublicKey key = EcPublicKey.Of(signing, "test");
        byte[][] digests = [.. Enumerable.Range(0, 64).Select(number => SHA256.HashData([(byte)number]))];
        byte[][] signatures = [.. digests.Select(digest => signing.SignHash(digest, DSASignatureFormat.Rfc3279DerSequence))];
        Parallel.For(0, 512, number =>
        {
            int at = number % 64;
            Assert.True(key.VerifyDigest(digests[at], signatures[at]));
            Assert.False(key.VerifyDigest(digests[at], signatures[(at + 1) % 64]));
            Assert.False(key.VerifyDigest(digests[at], [1, 2, 3]));
        });
    }
}
