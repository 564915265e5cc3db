using System.Security.Cryptography;
using ModelSigning.Core.Keys;

namespace ModelSigning.Core.Tests.Keys;

public sealed class EcdsaSignatureTests
{
    // r and s of one signature in all forms that some library takes for the same numbers.
    [Fact]
    public void A_signature_has_one_encoding()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] digest = SHA256.HashData("data"u8), raw;
        do
        {
            raw = key.SignHash(digest, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        while (raw[0] < 0x80 || raw[32] is < 1 or >= 0x80);

        byte[] r = raw[..32], s = raw[32..];
        Assert.True(EcdsaSignature.VerifyDigest(key, digest, Sequence([0, .. r], s)));
        Assert.False(EcdsaSignature.VerifyDigest(key, SHA256.HashData("other"u8), Sequence([0, .. r], s)));
        Assert.True(key.VerifyHash(digest, Sequence(r, s), DSASignatureFormat.Rfc3279DerSequence), "The runtime is stricter now.");
        Assert.False(EcdsaSignature.VerifyDigest(key, digest, Sequence(r, s)));
        Assert.False(EcdsaSignature.VerifyDigest(key, digest, Sequence([0, .. r], [0, .. s])));
        Assert.False(EcdsaSignature.VerifyDigest(key, digest, [.. Sequence([0, .. r], s), 0]));
        Assert.False(EcdsaSignature.VerifyDigest(key, digest, Sequence([0, .. r], s, [1])));
        Assert.False(EcdsaSignature.VerifyDigest(key, digest, Sequence([0, .. r])));
        Assert.False(EcdsaSignature.VerifyDigest(key, digest, Sequence([], s)));
        Assert.False(EcdsaSignature.VerifyDigest(key, digest, raw));
        Assert.False(EcdsaSignature.VerifyDigest(key, digest, []));
    }

    private static byte[] Sequence(params byte[][] numbers)
    {
        byte[] content = [.. numbers.SelectMany(number => (byte[])[2, (byte)number.Length, .. number])];
        return [0x30, (byte)content.Length, .. content];
    }
}
