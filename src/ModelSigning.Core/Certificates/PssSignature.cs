using System.Numerics;
using System.Security.Cryptography;
using ModelSigning.Core.Keys;

namespace ModelSigning.Core.Certificates;

/// <summary>
/// Verifies RSASSA-PSS (RFC 8017, section 8.1.2) with a salt of any length. .NET takes only salts as long as the hash, and the library for what .NET has not first tests each modulus for being prime,
/// which takes seconds for a key of 8192 bits that a stranger chose. Nothing here is secret.
/// </summary>
internal static class PssSignature
{
    private const int PaddingLength = 8;
    private const byte Trailer = 0xBC;

    /// <summary>Whether a key made the signature of a message.</summary>
    /// <param name="parameters">The hash, for the message and the mask, and the salt's length.</param>
    /// <param name="key">The key.</param>
    /// <param name="message">The message.</param>
    /// <param name="signature">The signature, as long as the modulus.</param>
    public static bool Verify(PssParameters parameters, RsaPublicKey key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        int bits = checked((int)key.Modulus.GetBitLength()) - 1;
        BigInteger representative = new(signature, isUnsigned: true, isBigEndian: true);
        if (signature.Length != (bits / 8) + 1 || representative >= key.Modulus)
        {
            return false;
        }

        byte[] encoded = new byte[(bits + 7) / 8];
        BigInteger power = BigInteger.ModPow(representative, key.Exponent, key.Modulus);
        int length = power.GetByteCount(isUnsigned: true);
        return length <= encoded.Length && power.TryWriteBytes(encoded.AsSpan(encoded.Length - length), out _, isUnsigned: true, isBigEndian: true)
            && IsEncoded(parameters, message, encoded, (8 * encoded.Length) - bits);
    }

    // RFC 8017, section 9.1.2, the steps by their numbers.
    private static bool IsEncoded(PssParameters parameters, ReadOnlySpan<byte> message, Span<byte> encoded, int unusedBits)
    {
        byte[] hash = CryptographicOperations.HashData(parameters.Hash, message);
        if (encoded.Length < hash.Length + parameters.SaltLength + 2 || encoded[^1] != Trailer)
        {
            // 3 and 4.
            return false;
        }

        // 5 to 9.
        Span<byte> block = encoded[..(encoded.Length - hash.Length - 1)], own = encoded.Slice(block.Length, hash.Length);
        int usedBits = 0xFF >> unusedBits;
        if ((block[0] & ~usedBits) != 0)
        {
            return false;
        }

        Unmask(parameters.Hash, own, block);
        block[0] &= (byte)usedBits;

        // 10.
        Span<byte> salt = block[(block.Length - parameters.SaltLength)..];
        if (block[..(block.Length - parameters.SaltLength - 1)].ContainsAnyExcept((byte)0) || block[block.Length - parameters.SaltLength - 1] != 1)
        {
            return false;
        }

        // 12 to 14.
        byte[] salted = [.. new byte[PaddingLength], .. hash, .. salt];
        return CryptographicOperations.HashData(parameters.Hash, salted).AsSpan().SequenceEqual(own);
    }

    // MGF1 (RFC 8017, appendix B.2.1).
    private static void Unmask(HashAlgorithmName hash, ReadOnlySpan<byte> seed, Span<byte> block)
    {
        byte[] input = [.. seed, 0, 0, 0, 0];
        for (int counter = 0, at = 0; at < block.Length; counter++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(input.AsSpan(seed.Length), counter);
            foreach (byte mask in CryptographicOperations.HashData(hash, input))
            {
                if (at < block.Length)
                {
                    block[at++] ^= mask;
                }
            }
        }
    }
}
