using System.Security.Cryptography;
using ModelSigning.Core.Input;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Cms;
using Org.BouncyCastle.Cms;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;

namespace ModelSigning.Core.Timestamps;

/// <summary>
/// Verifies signed attributes in the order in which they came. RFC 5652, section 5.4, has them signed in DER, which sorts them; some
/// authorities sign them as they send them, and OpenSSL verifies them so. Either way the signature is over exactly these attributes.
/// </summary>
internal static class TransmittedAttributes
{
    /// <summary>Whether a key made the signature over the attributes as they came, and these name the content's type and digest.</summary>
    /// <param name="signer">The signature, whose algorithms are among the accepted ones.</param>
    /// <param name="contentType">The content's type.</param>
    /// <param name="content">The content.</param>
    /// <param name="key">The signer's public key.</param>
    public static bool Verify(SignerInformation signer, string contentType, ReadOnlySpan<byte> content, AsymmetricKeyParameter key)
    {
        if (HashOid.Find(signer.DigestAlgorithmID.Algorithm.Id) is not { } hash)
        {
            return false;
        }

        string? family = key switch
        {
            Org.BouncyCastle.Crypto.Parameters.ECPublicKeyParameters => "ECDSA",
            Org.BouncyCastle.Crypto.Parameters.RsaKeyParameters => "RSA",
            _ => null,
        };
        // PSS and Ed25519 are left to the sorted form: no authority is known that does otherwise.
        if (family is null || signer.SignatureAlgorithm.Algorithm.Id == "1.2.840.113549.1.1.10"
            || Only(signer, CmsAttributes.ContentType) is not DerObjectIdentifier type || type.Id != contentType
            || Only(signer, CmsAttributes.MessageDigest) is not Asn1OctetString digest
            || !CryptographicOperations.FixedTimeEquals(digest.GetOctets(), CryptographicOperations.HashData(hash, content)))
        {
            return false;
        }

        ISigner verifier = SignerUtilities.GetSigner($"{hash.Name}with{family}");
        verifier.Init(forSigning: false, key);
        verifier.BlockUpdate(signer.SignerInfo.SignedAttrs.GetEncoded(Asn1Encodable.DL));
        return verifier.VerifySignature(signer.GetSignature());
    }

    private static Asn1Encodable? Only(SignerInformation signer, DerObjectIdentifier type)
    {
        Org.BouncyCastle.Asn1.Cms.Attribute[] attributes =
            [.. signer.SignedAttributes.GetAll(type).Cast<Org.BouncyCastle.Asn1.Cms.Attribute>()];
        return attributes is [{ AttrValues: { Count: 1 } values }] ? values[0] : null;
    }
}
