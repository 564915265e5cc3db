using System.Security.Cryptography;
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
    private static readonly Dictionary<string, (HashAlgorithmName Hash, string Name)> Digests = new(StringComparer.Ordinal)
    {
        ["2.16.840.1.101.3.4.2.1"] = (HashAlgorithmName.SHA256, "SHA-256"),
        ["2.16.840.1.101.3.4.2.2"] = (HashAlgorithmName.SHA384, "SHA-384"),
        ["2.16.840.1.101.3.4.2.3"] = (HashAlgorithmName.SHA512, "SHA-512"),
    };

    /// <summary>Whether a key made the signature over the attributes as they came, and these name the content's type and digest.</summary>
    /// <param name="signer">The signature, whose algorithms are among the accepted ones.</param>
    /// <param name="contentType">The content's type.</param>
    /// <param name="content">The content.</param>
    /// <param name="key">The signer's public key.</param>
    public static bool Verify(SignerInformation signer, string contentType, ReadOnlySpan<byte> content, AsymmetricKeyParameter key)
    {
        (HashAlgorithmName hash, string name) = Digests[signer.DigestAlgorithmID.Algorithm.Id];
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
            || !CryptographicOperations.FixedTimeEquals(digest.GetOctets(), HashOf(hash, content)))
        {
            return false;
        }

        ISigner verifier = SignerUtilities.GetSigner($"{name}with{family}");
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

    private static byte[] HashOf(HashAlgorithmName algorithm, ReadOnlySpan<byte> content) =>
        algorithm == HashAlgorithmName.SHA256 ? SHA256.HashData(content)
        : algorithm == HashAlgorithmName.SHA384 ? SHA384.HashData(content)
        : SHA512.HashData(content);
}
