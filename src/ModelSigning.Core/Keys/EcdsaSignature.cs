using System.Formats.Asn1;
using System.Security.Cryptography;

namespace ModelSigning.Core.Keys;

/// <summary>Verifies ECDSA signatures in DER (RFC 3279, section 2.2.3: <c>SEQUENCE { r INTEGER, s INTEGER }</c>) strictly.</summary>
/// <remarks>
/// The runtime takes a number without a sign for the same as with one (<c>02 20 93…</c> for <c>02 21 00 93…</c>), so that a certificate would have further encodings, which are on no list of fingerprints. Other libraries refuse them.
/// </remarks>
internal static class EcdsaSignature
{
    private const byte Sign = 0x80;

    /// <summary>Verifies a signature over data, which is hashed.</summary>
    public static bool VerifyData(ECDsa key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, HashAlgorithmName hash) =>
        IsEncoded(signature) && key.VerifyData(data, signature, hash, DSASignatureFormat.Rfc3279DerSequence);

    /// <summary>Verifies a signature over a digest.</summary>
    /// <exception cref="CryptographicException">The runtime cannot use the key.</exception>
    public static bool VerifyDigest(ECDsa key, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature) =>
        IsEncoded(signature) && key.VerifyHash(digest, signature, DSASignatureFormat.Rfc3279DerSequence);

    private static bool IsEncoded(ReadOnlySpan<byte> signature)
    {
        try
        {
            AsnDecoder.ReadSequence(signature, AsnEncodingRules.DER, out int offset, out int length, out int end);
            ReadOnlySpan<byte> numbers = signature.Slice(offset, length);
            bool isPositive = AsnDecoder.ReadIntegerBytes(numbers, AsnEncodingRules.DER, out int first)[0] < Sign;
            isPositive &= AsnDecoder.ReadIntegerBytes(numbers[first..], AsnEncodingRules.DER, out int second)[0] < Sign;
            return isPositive && first + second == length && end == signature.Length;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }
}
