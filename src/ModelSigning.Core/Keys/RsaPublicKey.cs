using System.Formats.Asn1;
using System.Numerics;

namespace ModelSigning.Core.Keys;

/// <summary>RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER } (RFC 8017, appendix A.1.1).</summary>
/// <param name="Modulus">The modulus: 2048 to 8192 bits.</param>
/// <param name="Exponent">The exponent: odd, at most 32 bits, so that no key costs more than a few milliseconds.</param>
internal readonly record struct RsaPublicKey(BigInteger Modulus, BigInteger Exponent)
{
    private const int MinimumBits = 2048, MaximumBits = 8192, MaximumExponentBits = 32;

    /// <summary>Whether bytes are a key of any length in the one encoding that DER gives it.</summary>
    public static bool IsInDer(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return Numbers(bytes) is var (modulus, exponent) && modulus.Sign > 0 && exponent.Sign > 0;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    /// <summary>Reads a key in the one encoding that DER gives it. A second one would be a key that no list of revoked keys has.</summary>
    /// <param name="der">The key in DER.</param>
    /// <returns>The key; null for one out of these bounds.</returns>
    /// <exception cref="AsnContentException">It is anything else.</exception>
    public static RsaPublicKey? Read(ReadOnlyMemory<byte> der)
    {
        (BigInteger modulus, BigInteger exponent) = Numbers(der);
        return modulus.Sign > 0 && modulus.GetBitLength() is >= MinimumBits and <= MaximumBits
            && exponent.Sign > 0 && !exponent.IsEven && exponent.GetBitLength() <= MaximumExponentBits
            ? new(modulus, exponent)
            : null;
    }

    private static (BigInteger Modulus, BigInteger Exponent) Numbers(ReadOnlyMemory<byte> der)
    {
        AsnReader reader = new(der, AsnEncodingRules.DER);
        AsnReader sequence = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        BigInteger modulus = sequence.ReadInteger(), exponent = sequence.ReadInteger();
        sequence.ThrowIfNotEmpty();
        return (modulus, exponent);
    }
}
