using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Timestamps;

/// <summary>A request for a timestamp (RFC 3161, section 2.4.1): SHA-256 imprint, a nonce, and the wish for the signer's certificate.</summary>
/// <remarks>
/// <code>
/// TimeStampReq ::= SEQUENCE { version INTEGER 1, messageImprint SEQUENCE { hashAlgorithm, hashedMessage },
///                             nonce INTEGER, certReq BOOLEAN TRUE }
/// </code>
/// The certificates are asked for so that a verifier needs to know the authority's root only.
/// </remarks>
/// <param name="Encoding">The request in DER.</param>
/// <param name="Nonce">The number that the answer must repeat: 64 random bits, positive.</param>
internal sealed record TimestampRequest(byte[] Encoding, BigInteger Nonce)
{
    private const int NonceLength = 8;

    /// <summary>Makes a request for some bytes.</summary>
    public static TimestampRequest For(ReadOnlySpan<byte> data)
    {
        BigInteger nonce = new(RandomNumberGenerator.GetBytes(NonceLength), isUnsigned: true);
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(HashOid.Sha256);
                    writer.WriteNull();
                }

                writer.WriteOctetString(SHA256.HashData(data));
            }

            writer.WriteInteger(nonce);
            writer.WriteBoolean(true);
        }

        return new TimestampRequest(writer.Encode(), nonce);
    }
}
