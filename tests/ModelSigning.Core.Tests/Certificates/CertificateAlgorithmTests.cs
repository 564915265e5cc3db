using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Keys;
using ModelSigning.Testing.Certificates;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Core.Tests.Certificates;

/// <summary>The signature algorithms of certificates in the wild, and name constraints.</summary>
public sealed class CertificateAlgorithmTests
{
    [Theory]
    [InlineData(2048, "pkcs1", true)]
    [InlineData(4096, "pkcs1", true)]
    [InlineData(2048, "pss", true)]
    [InlineData(1024, "pkcs1", false)]
    [InlineData(1024, "pss", false)]
    public void RSA_authorities_sign_with_2048_bits_or_more(int bits, string padding, bool accepted)
    {
        TestCertificate root = TestCertificate.SelfSigned(Authority("RSA root") with { Key = RSA.Create(bits) });
        TestCertificate leaf = root.Issue(Leaf("Leaf") with { RsaPadding = padding == "pss" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1 });
        Accepted(accepted, leaf, root);
    }

    // Libraries pass over it, and so the key would have hints that are on no list of revoked keys.
    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(1, 0, false)]
    [InlineData(0, 1, false)]
    public void An_RSA_key_with_anything_after_it_makes_no_link(int behindKey, int unusedBits, bool accepted)
    {
        using RSA rsa = RSA.Create(2048);
        TestCertificate root = TestCertificate.SelfSigned(Authority("RSA root") with { Key = rsa, KeyIdentifiers = false });
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            new AlgorithmIdentifier(KeyOid.Rsa, PublicKeyInfo.Null).Write(writer);
            writer.WriteBitString([.. rsa.ExportRSAPublicKey(), .. new byte[behindKey + unusedBits]], unusedBits);
        }

        using X509Certificate2 anchor = X509CertificateLoader.LoadCertificate(
            WithKey(root.Certificate.RawData, root.Certificate.PublicKey.ExportSubjectPublicKeyInfo(), writer.Encode()));
        using X509Certificate2 leaf = root.Issue(Leaf("Leaf") with { KeyIdentifiers = false }).Certificate;
        CertificatePathRules rules = CertificatePathTests.Rules([anchor]) with { AllowPartialChain = true };
        if (accepted)
        {
            Assert.Equal(2, CertificatePath.Validate(leaf, [], rules).Count);
        }
        else
        {
            Assert.Equal(CertificateErrors.IssuerUnknown, Assert.Throws<Errors.ModelSigningException>(() => CertificatePath.Validate(leaf, [], rules)).Definition);
        }
    }

    [Theory]
    [InlineData("nistP256", true)]
    [InlineData("nistP384", true)]
    [InlineData("nistP521", true)]
    [InlineData("secp256k1", false)]
    [InlineData("brainpoolP256r1", false)]
    public void ECDSA_authorities_sign_on_the_three_curves(string curve, bool accepted)
    {
        TestCertificate root = TestCertificate.SelfSigned(Authority("EC root") with { Key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve)) });
        Accepted(accepted, root.Issue(Leaf("Leaf")), root);
    }

    [Fact]
    public void A_changed_signature_or_a_changed_certificate_is_not_a_link()
    {
        TestCertificate root = TestCertificate.SelfSigned(Authority("Root"));
        byte[] der = root.Issue(Leaf("Leaf")).Certificate.RawData;
        int name = der.AsSpan().IndexOf("Leaf"u8);
        foreach (int index in (int[])[name, der.Length - 1, der.Length - 20])
        {
            byte[] changed = [.. der];
            changed[index] ^= 0x01;
            using X509Certificate2 forged = X509CertificateLoader.LoadCertificate(changed);
            Assert.Equal(CertificateErrors.IssuerUnknown, Assert.Throws<Errors.ModelSigningException>(
                () => CertificatePath.Validate(forged, [], CertificatePathTests.Rules([root.Certificate]))).Definition);
        }
    }

    [Theory]
    [InlineData("1.2.840.113549.1.1.5")]
    [InlineData("1.2.840.113549.1.1.4")]
    public void A_signature_with_SHA1_or_MD5_is_not_a_link_but_a_root_may_be_self_signed_with_SHA1(string oid)
    {
        using RSA key = RSA.Create(2048);
        WeakRsaSignature weak = new(key, oid);
        TestCertificate root = TestCertificate.SelfSigned(Authority("Old root") with { Key = key, Generator = weak });
        Accepted(false, root.Issue(Leaf("Leaf") with { Generator = weak }), root);
        Accepted(oid.EndsWith('5'), root.Issue(Leaf("Leaf")), root);
    }

    [Fact]
    public void An_ECDSA_signature_with_SHA1_is_not_a_link_but_a_root_may_be_self_signed_with_it()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        WeakEcdsaSignature weak = new(key);
        TestCertificate root = TestCertificate.SelfSigned(Authority("Old root") with { Key = key, Generator = weak });
        Accepted(false, root.Issue(Leaf("Leaf") with { Generator = weak }), root);
        Accepted(true, root.Issue(Leaf("Leaf")), root);
    }

    // RFC 4055, 3.1: 1 stands for the only trailer that there is.
    [Theory]
    [InlineData(null, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_PSS_signature_with_another_trailer_is_not_a_link(int? trailer, bool accepted)
    {
        using RSA key = RSA.Create(2048);
        TestCertificate root = TestCertificate.SelfSigned(Authority("RSA root") with { Key = key });
        Accepted(accepted, root.Issue(Leaf("Leaf") with { Generator = new TrailerSignature(key, trailer) }), root);
    }

    [Fact]
    public void Ed25519_authorities_sign_too()
    {
        Ed25519PrivateKeyParameters key = new(RandomNumberGenerator.GetBytes(32), 0);
        TestCertificate stand = TestCertificate.SelfSigned(Authority("Ed25519 root") with { KeyIdentifiers = false });
        byte[] root = WithKey(stand.Certificate.RawData, stand.Certificate.PublicKey.ExportSubjectPublicKeyInfo(), Spki(key));
        TestCertificate leaf = stand.Issue(Leaf("Leaf") with { KeyIdentifiers = false, Generator = new Ed25519Signature(key) });
        using X509Certificate2 anchor = X509CertificateLoader.LoadCertificate(root);
        Assert.Equal(2, CertificatePath.Validate(leaf.Certificate, [], CertificatePathTests.Rules([anchor]) with { AllowPartialChain = true }).Count);
    }

    [Fact]
    public void Names_outside_an_authoritys_constraints_are_refused()
    {
        TestCertificate root = TestCertificate.SelfSigned(Authority("Root"));
        TestCertificate constrained = root.Issue(Authority("Constrained") with { Extensions = [PermittedDns("example.com")] });
        CertificateSpecification Named(string dns)
        {
            SubjectAlternativeNameBuilder names = new();
            names.AddDnsName(dns);
            return Leaf("Leaf") with { Extensions = [names.Build()] };
        }

        Assert.Equal(3, CertificatePathTests.Validate(constrained.Issue(Leaf("Leaf")), [constrained], [root]).Count);
        Assert.Equal(3, CertificatePathTests.Validate(constrained.Issue(Named("a.example.com")), [constrained], [root]).Count);
        CertificatePathTests.Refused(CertificateErrors.NameForbidden, constrained.Issue(Named("example.org")), [constrained], [root]);
    }

    private static X509Extension PermittedDns(string name)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        using (writer.PushSequence())
        {
            writer.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, 2));
        }

        return new X509Extension("2.5.29.30", writer.Encode(), critical: true);
    }

    private static void Accepted(bool accepted, TestCertificate leaf, TestCertificate root)
    {
        if (accepted)
        {
            Assert.Equal(2, CertificatePathTests.Validate(leaf, [], [root]).Count);
        }
        else
        {
            Assert.Throws<Errors.ModelSigningException>(() => CertificatePathTests.Validate(leaf, [], [root]));
        }
    }

    /// <summary>A certificate with another key (SubjectPublicKeyInfo) in place of its own, one that no runtime makes. Its signature is left as it was.</summary>
    internal static byte[] WithKey(byte[] certificate, byte[] oldKey, byte[] newKey)
    {
        AsnReader outer = new AsnReader(certificate, AsnEncodingRules.DER).ReadSequence();
        AsnReader tbs = outer.ReadSequence();
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                while (tbs.HasData)
                {
                    ReadOnlyMemory<byte> value = tbs.ReadEncodedValue();
                    writer.WriteEncodedValue(value.Span.SequenceEqual(oldKey) ? newKey : value.Span);
                }
            }

            while (outer.HasData)
            {
                writer.WriteEncodedValue(outer.ReadEncodedValue().Span);
            }
        }

        return writer.Encode();
    }

    internal static byte[] Spki(Ed25519PrivateKeyParameters key)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.3.101.112");
            }

            writer.WriteBitString(key.GeneratePublicKey().GetEncoded());
        }

        return writer.Encode();
    }

    internal sealed class Ed25519Signature(Ed25519PrivateKeyParameters key) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => [0x30, 5, 6, 3, 0x2B, 0x65, 0x70];

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm)
        {
            Ed25519Signer signer = new();
            signer.Init(forSigning: true, key);
            signer.BlockUpdate(data);
            return signer.GenerateSignature();
        }

        protected override PublicKey BuildPublicKey() => PublicKey.CreateFromSubjectPublicKeyInfo(Spki(key), out _);
    }

    private sealed class WeakRsaSignature(RSA key, string oid) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm)
        {
            AsnWriter writer = new(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(oid);
                writer.WriteNull();
            }

            return writer.Encode();
        }

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) =>
            key.SignData(data, oid.EndsWith('5') ? HashAlgorithmName.SHA1 : HashAlgorithmName.MD5, RSASignaturePadding.Pkcs1);

        protected override PublicKey BuildPublicKey() => new(key);
    }

    private sealed class WeakEcdsaSignature(ECDsa key) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm)
        {
            AsnWriter writer = new(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.10045.4.1");
            }

            return writer.Encode();
        }

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) =>
            key.SignData(data, HashAlgorithmName.SHA1, DSASignatureFormat.Rfc3279DerSequence);

        protected override PublicKey BuildPublicKey() => new(key);
    }

    private sealed class TrailerSignature(RSA key, int? trailer) : X509SignatureGenerator
    {
        private readonly X509SignatureGenerator _usual = CreateForRSA(key, RSASignaturePadding.Pss);

        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm)
        {
            AsnReader algorithm = new AsnReader(_usual.GetSignatureAlgorithmIdentifier(hashAlgorithm), AsnEncodingRules.DER).ReadSequence();
            AsnWriter writer = new(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(algorithm.ReadObjectIdentifier());
                AsnReader parameters = algorithm.ReadSequence();
                using (writer.PushSequence())
                {
                    while (parameters.HasData)
                    {
                        writer.WriteEncodedValue(parameters.ReadEncodedValue().Span);
                    }

                    if (trailer is { } field)
                    {
                        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
                        {
                            writer.WriteInteger(field);
                        }
                    }
                }
            }

            return writer.Encode();
        }

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => _usual.SignData(data, hashAlgorithm);

        protected override PublicKey BuildPublicKey() => new(key);
    }
}
