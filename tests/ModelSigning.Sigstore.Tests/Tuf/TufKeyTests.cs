using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text.Json;
using ModelSigning.Sigstore.Tuf;

namespace ModelSigning.Sigstore.Tests.Tuf;

public class TufKeyTests
{
    private const string Ed25519 = "1.3.101.112", Rsa = "1.2.840.113549.1.1.1";

    [Fact]
    public void An_ed25519_key_is_the_same_in_hexadecimal_in_PEM_and_with_parameters()
    {
        // The first key of RFC 8032, 7.1.
        byte[] raw = Convert.FromHexString("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        string plain = Identity("ed25519", "ed25519", Convert.ToHexStringLower(raw));
        Assert.Equal(plain, Identity("ed25519", "ed25519", Pem(Ed25519, withNull: false, raw)));
        Assert.Equal(plain, Identity("ed25519", "ed25519", Pem(Ed25519, withNull: true, raw)));
    }

    [Theory]
    [InlineData("rsassa-pss-sha256")]
    [InlineData("rsa-pkcs1v15-sha256")]
    public void An_RSA_key_is_the_same_with_and_without_parameters(string scheme)
    {
        using RSA key = RSA.Create(2048);
        byte[] numbers = key.ExportRSAPublicKey();
        Assert.Equal(Identity("rsa", "rsassa-pss-sha256", Pem(Rsa, withNull: true, numbers)), Identity("rsa", scheme, Pem(Rsa, withNull: false, numbers)));
    }

    [Fact]
    public void A_P256_key_is_the_same_as_a_point_and_in_PEM()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        Assert.Equal(
            Identity("ecdsa", "ecdsa-sha2-nistp256", $"04{Convert.ToHexString(point.X!)}{Convert.ToHexString(point.Y!)}"),
            Identity("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", key.ExportSubjectPublicKeyInfoPem()));
    }

    private static string Identity(string type, string scheme, string text)
    {
        string json = JsonSerializer.Serialize(new { keytype = type, scheme, keyval = new Dictionary<string, string> { ["public"] = text } });
        using JsonDocument document = JsonDocument.Parse(json);
        return TufKey.Read(new MetadataObject(document.RootElement, "root.json")).Identity;
    }

    private static string Pem(string algorithm, bool withNull, byte[] key)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(algorithm);
                if (withNull)
                {
                    writer.WriteNull();
                }
            }

            writer.WriteBitString(key);
        }

        return PemEncoding.WriteString("PUBLIC KEY", writer.Encode());
    }
}
