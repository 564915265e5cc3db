using System.Security.Cryptography;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Keys;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;

namespace ModelSigning.Core.Tests.Certificates;

public class PssSignatureTests
{
    // A modulus of 2049 bits has an encoded message of whole bytes, one less than the modulus.
    [Theory]
    [InlineData(2048, "SHA256", 0)]
    [InlineData(2048, "SHA256", 32)]
    [InlineData(2048, "SHA384", 48)]
    [InlineData(2048, "SHA512", 190)]
    [InlineData(2048, "SHA256", 222)]
    [InlineData(2049, "SHA256", 222)]
    [InlineData(2050, "SHA384", 7)]
    [InlineData(2055, "SHA512", 64)]
    public void Signatures_of_another_implementation_hold_and_no_others(int bits, string hash, int salt)
    {
        RsaKeyPairGenerator generator = new();
        generator.Init(new RsaKeyGenerationParameters(BigInteger.ValueOf(65537), new SecureRandom(), bits, 8));
        AsymmetricCipherKeyPair pair = generator.GenerateKeyPair();
        RsaKeyParameters parameters = (RsaKeyParameters)pair.Public;
        RsaPublicKey key = new(new(parameters.Modulus.ToByteArrayUnsigned(), true, true), new(parameters.Exponent.ToByteArrayUnsigned(), true, true));
        PssSigner signer = new(new RsaBlindedEngine(), DigestUtilities.GetDigest(hash), salt);
        signer.Init(true, pair.Private);
        byte[] message = "a certificate"u8.ToArray();
        signer.BlockUpdate(message);
        byte[] signature = signer.GenerateSignature();
        PssParameters own = new(new HashAlgorithmName(hash), salt);
        Assert.True(PssSignature.Verify(own, key, message, signature));

        Assert.False(PssSignature.Verify(own, key, "another one"u8, signature));
        Assert.False(PssSignature.Verify(own with { SaltLength = salt + 1 }, key, message, signature));
        Assert.False(PssSignature.Verify(own with { SaltLength = Math.Abs(salt - 1) }, key, message, signature));
        Assert.False(PssSignature.Verify(own with { SaltLength = 2048 }, key, message, signature));
        Assert.False(PssSignature.Verify(own with { Hash = hash == "SHA256" ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256 }, key, message, signature));
        Assert.False(PssSignature.Verify(own, key, message, [0, .. signature]));
        Assert.False(PssSignature.Verify(own, key, message, signature.AsSpan(1)));
        Assert.False(PssSignature.Verify(own, key, message, Enumerable.Repeat((byte)0xFF, signature.Length).ToArray()));
        Assert.False(PssSignature.Verify(own, key, message, new byte[signature.Length]));
        for (int at = 0; at < signature.Length; at += 17)
        {
            byte[] changed = [.. signature];
            changed[at] ^= 1;
            Assert.False(PssSignature.Verify(own, key, message, changed));
        }
    }

    [Fact]
    public void Every_bit_of_an_encoded_message_counts()
    {
        // Raw powers of a private key stand for whatever a forger finds an encoding for.
        RsaKeyPairGenerator generator = new();
        generator.Init(new RsaKeyGenerationParameters(BigInteger.ValueOf(65537), new SecureRandom(), 2050, 8));
        AsymmetricCipherKeyPair pair = generator.GenerateKeyPair();
        RsaKeyParameters parameters = (RsaKeyParameters)pair.Public, secret = (RsaKeyParameters)pair.Private;
        RsaPublicKey key = new(new(parameters.Modulus.ToByteArrayUnsigned(), true, true), new(parameters.Exponent.ToByteArrayUnsigned(), true, true));
        PssSigner signer = new(new RsaBlindedEngine(), DigestUtilities.GetDigest("SHA256"), 32);
        signer.Init(true, secret);
        byte[] message = "a certificate"u8.ToArray();
        signer.BlockUpdate(message);
        BigInteger encoded = new BigInteger(1, signer.GenerateSignature()).ModPow(parameters.Exponent, parameters.Modulus);
        PssParameters own = new(HashAlgorithmName.SHA256, 32);
        Assert.True(PssSignature.Verify(own, key, message, Sign(encoded)));
        for (int bit = 0; bit < 2049; bit += bit is > 16 and < 2030 ? 61 : 1)
        {
            BigInteger changed = encoded.FlipBit(bit);
            Assert.True(changed.CompareTo(parameters.Modulus) >= 0 || !PssSignature.Verify(own, key, message, Sign(changed)));
        }

        byte[] Sign(BigInteger value) => [.. new byte[257 - value.ModPow(secret.Exponent, secret.Modulus).ToByteArrayUnsigned().Length], .. value.ModPow(secret.Exponent, secret.Modulus).ToByteArrayUnsigned()];
    }
}
