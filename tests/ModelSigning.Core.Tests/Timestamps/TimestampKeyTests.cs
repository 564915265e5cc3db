using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Tests.Certificates;
using ModelSigning.Core.Timestamps;
using ModelSigning.Testing.Certificates;
using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Core.Tests.Timestamps;

/// <summary>The key of a timestamp's signer counts only in an encoding in which a revoked key is known again.</summary>
public sealed class TimestampKeyTests
{
    private const string EcdhOid = "1.3.132.1.12", RsaOfX509Oid = "2.5.8.1.1";

    // What OpenSSL writes for -pkeyopt rsa_pss_keygen_md:sha256 (RFC 4055, section 3.1).
    private static readonly byte[] PssWithSha256 = Convert.FromHexString("3034A00F300D06096086480165030402010500A11C301A06092A864886F70D010108300D06096086480165030402010500A203020120");

    // Any encoding of the identifier's parameters; the key of the first certificate must be found by each.
    public static TheoryData<string> Known => ["usual", "without parameters", "other parameters", "for PSS", "for PSS with SHA-256"];

    public static TheoryData<string> OtherRsa =>
        ["negative modulus", "longer lengths", "indefinite length", "X.509's identifier", "something after it", "something in it", "even exponent", "long exponent", "short"];

    [Theory]
    [MemberData(nameof(Known))]
    public void An_RSA_key_in_each_encoding_that_counts_is_known_by_the_hint_of_the_usual_one(string form)
    {
        using RSA rsa = RSA.Create(2048);
        using TestCertificate usual = TestCertificate.SelfSigned(TimestampSigner("Clock") with { Key = rsa });
        byte[] key = rsa.ExportRSAPublicKey();
        using X509Certificate2 certificate = With(usual, form switch
        {
            "without parameters" => PublicKeyInfo.Write(KeyOid.Rsa, null, key),
            "other parameters" => PublicKeyInfo.Write(KeyOid.Rsa, new byte[] { 0x0C, 0x01, 0x41 }, key),
            "for PSS" => PublicKeyInfo.Write(KeyOid.RsaPss, null, key),
            "for PSS with SHA-256" => PublicKeyInfo.Write(KeyOid.RsaPss, PssWithSha256, key),
            _ => PublicKeyInfo.Write(KeyOid.Rsa, PublicKeyInfo.Null, key),
        });
        Assert.NotNull(TimestampKey.Of(DecodedCertificate.Decode(certificate)));
        Assert.Contains(usual.Certificate.SpkiHint(), KeyTwin.Hints(certificate));
        if (form != "other parameters")
        {
            Assert.Contains(certificate.SpkiHint(), KeyTwin.Hints(usual.Certificate));
        }
    }

    [Theory]
    [MemberData(nameof(OtherRsa))]
    public void An_RSA_key_in_any_other_encoding_signs_no_timestamps(string form)
    {
        using RSA rsa = RSA.Create(form == "short" ? 1024 : 4096);
        using TestCertificate usual = TestCertificate.SelfSigned(TimestampSigner("Clock") with { Key = rsa });
        RSAParameters parts = rsa.ExportParameters(false);
        byte[] key = rsa.ExportRSAPublicKey();
        BigInteger modulus = new(parts.Modulus!, isUnsigned: true, isBigEndian: true), exponent = new(parts.Exponent!, isUnsigned: true, isBigEndian: true);
        using X509Certificate2 certificate = With(usual, PublicKeyInfo.Write(form == "X.509's identifier" ? RsaOfX509Oid : KeyOid.Rsa, PublicKeyInfo.Null, form switch
        {
            "negative modulus" => Key(new BigInteger(parts.Modulus!, isUnsigned: false, isBigEndian: true), exponent),
            "longer lengths" => [0x30, 0x83, 0x00, .. key.AsSpan(2)],
            "indefinite length" => [0x30, 0x80, .. key.AsSpan(4), 0x00, 0x00],
            "something after it" => [.. key, 0x05, 0x00],
            "something in it" => Key(modulus, exponent, BigInteger.One),
            "even exponent" => Key(modulus, exponent + 1),
            "long exponent" => Key(modulus, (BigInteger.One << 32) + 1),
            _ => key,
        }));
        Assert.Null(TimestampKey.Of(DecodedCertificate.Decode(certificate)));
        Assert.Equal(TimestampErrors.SignerRefused, Assert.Throws<Core.Errors.ModelSigningException>(() => Core.Timestamps.TimestampSigner.CheckProfile(DecodedCertificate.Decode(certificate))).Definition);
    }

    [Theory]
    [InlineData("usual", true)]
    [InlineData("compressed", false)]
    [InlineData("hybrid", false)]
    [InlineData("described curve", false)]
    [InlineData("for key agreement", false)]
    [InlineData("another curve", false)]
    public void A_key_on_a_curve_signs_timestamps_only_by_the_name_of_the_curve_and_an_uncompressed_point(string form, bool counts)
    {
        using ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using TestCertificate usual = TestCertificate.SelfSigned(TimestampSigner("Clock") with { Key = ecdsa });
        PublicKeyInfo key = PublicKeyInfo.Read(ecdsa.ExportSubjectPublicKeyInfo());
        byte[] x = key.Key[1..33], y = key.Key[33..];
        using X509Certificate2 certificate = With(usual, form switch
        {
            "compressed" => PublicKeyInfo.Write(KeyOid.Ec, key.Algorithm.Parameters, [(byte)(2 + (y[^1] & 1)), .. x]),
            "hybrid" => PublicKeyInfo.Write(KeyOid.Ec, key.Algorithm.Parameters, [(byte)(6 + (y[^1] & 1)), .. x, .. y]),
            "described curve" => PublicKeyInfo.Write(KeyOid.Ec, Described(), key.Key),
            "for key agreement" => PublicKeyInfo.Write(EcdhOid, key.Algorithm.Parameters, key.Key),
            "another curve" => OnSecp256k1(),
            _ => ecdsa.ExportSubjectPublicKeyInfo(),
        });
        Assert.Equal(counts, TimestampKey.Of(DecodedCertificate.Decode(certificate)) is not null);
    }

    private static X509Certificate2 With(TestCertificate certificate, byte[] key) => X509CertificateLoader.LoadCertificate(
        CertificateAlgorithmTests.WithKey(certificate.Certificate.RawData, certificate.Key.ExportSubjectPublicKeyInfo(), key));

    private static byte[] Key(params BigInteger[] numbers)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (BigInteger number in numbers)
            {
                writer.WriteInteger(number);
            }
        }

        return writer.Encode();
    }

    private static byte[] Described() => Org.BouncyCastle.Asn1.X9.ECNamedCurveTable.GetByName("prime256v1").GetDerEncoded();

    private static byte[] OnSecp256k1()
    {
        Org.BouncyCastle.Asn1.X9.X9ECParameters curve = Org.BouncyCastle.Asn1.X9.ECNamedCurveTable.GetByName("secp256k1");
        AsnWriter writer = new(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier("1.3.132.0.10");
        return PublicKeyInfo.Write(KeyOid.Ec, writer.Encode(), curve.G.GetEncoded(false));
    }
}
