using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Certificates;
using ModelSigning.Testing.Certificates;
using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Core.Tests.Certificates;

/// <summary>Certificates that say what no honest authority writes: each is refused, and none ends in an exception of a library.</summary>
public sealed class HostileCertificateTests
{
    private static readonly byte[] RsaWithSha256 = [0x30, 13, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 11, 5, 0];

    private readonly TestCertificate _root = TestCertificate.SelfSigned(Authority("Root"));

    [Theory]
    [InlineData(0)]
    [InlineData(190)]
    [InlineData(223)]
    [InlineData(1000)]
    [InlineData(2048)]
    public void A_PSS_salt_of_any_length_is_no_more_than_a_signature_that_does_not_verify(int salt)
    {
        TestCertificate issuer = _root.Issue(Authority("RSA") with { Key = RSA.Create(2048) });
        TestCertificate leaf = issuer.Issue(Leaf("Leaf") with { Generator = new FixedSignature(Pss(salt), new byte[256]) });
        CertificatePathTests.Refused(CertificateErrors.IssuerUnknown, leaf, [issuer], [_root]);
    }

    [Theory]
    [InlineData("10001", 512)]
    [InlineData("10001", 1)]
    [InlineData("10001", 0)]
    [InlineData("2", 256)]
    [InlineData("10000", 256)]
    [InlineData("1", 256)]
    public void Odd_exponents_and_signatures_of_another_length_than_the_key_do_not_verify(string exponent, int signatureLength)
    {
        using RSA rsa = RSA.Create(2048);
        TestCertificate honest = _root.Issue(Authority("RSA") with { Key = rsa, KeyIdentifiers = false });
        byte[] odd = CertificateAlgorithmTests.WithKey(
            honest.Certificate.RawData, honest.Certificate.PublicKey.ExportSubjectPublicKeyInfo(), Rsa(rsa.ExportParameters(false).Modulus!, exponent));
        using X509Certificate2 issuer = X509CertificateLoader.LoadCertificate(odd);
        foreach (byte[] algorithm in (byte[][])[Pss(32), RsaWithSha256])
        {
            TestCertificate leaf = honest.Issue(Leaf("Leaf") with { KeyIdentifiers = false, Generator = new FixedSignature(algorithm, new byte[signatureLength]) });
            Assert.Equal(CertificateErrors.IssuerUnknown, Assert.Throws<Errors.ModelSigningException>(
                () => CertificatePath.Validate(leaf.Certificate, [issuer], CertificatePathTests.Rules([_root.Certificate]))).Definition);
        }
    }

    [Theory]
    [InlineData(2048, 4096)]
    [InlineData(4096, 2048)]
    public void Two_authorities_of_one_name_with_keys_of_different_lengths_are_told_apart_by_their_keys(int others, int issuers)
    {
        TestCertificate other = _root.Issue(Authority("Sub") with { Key = RSA.Create(others), KeyIdentifiers = false });
        TestCertificate issuer = _root.Issue(Authority("Sub") with { Key = RSA.Create(issuers), KeyIdentifiers = false });
        foreach (RSASignaturePadding padding in (RSASignaturePadding[])[RSASignaturePadding.Pss, RSASignaturePadding.Pkcs1])
        {
            TestCertificate leaf = issuer.Issue(Leaf("Leaf") with { KeyIdentifiers = false, RsaPadding = padding });
            Assert.Equal(
                [leaf.Certificate, issuer.Certificate, _root.Certificate], CertificatePathTests.Validate(leaf, [other, issuer], [_root]));
        }
    }

    [Fact]
    public void A_leaf_without_any_name_is_refused_whether_names_are_constrained_or_not()
    {
        SubjectAlternativeNameBuilder names = new();
        names.AddEmailAddress("a@example.com");
        CertificateSpecification Nameless(params X509Extension[] extensions) => Leaf("") with { Subject = "", Extensions = extensions };
        foreach (TestCertificate issuer in (TestCertificate[])
            [_root.Issue(Authority("Free")), _root.Issue(Authority("Constrained") with { Extensions = [Constraint()] })])
        {
            CertificatePathTests.Refused(CertificateErrors.NameMissing, issuer.Issue(Nameless()), [issuer], [_root]);
            CertificatePathTests.Refused(CertificateErrors.NameMissing, issuer.Issue(Nameless(names.Build(critical: false))), [issuer], [_root]);
            CertificatePathTests.Refused(
                CertificateErrors.Malformed, issuer.Issue(Nameless(new X509Extension("2.5.29.17", [0x30, 0], critical: true))), [issuer], [_root]);
            Assert.Equal(3, CertificatePathTests.Validate(issuer.Issue(Nameless(names.Build(critical: true))), [issuer], [_root]).Count);
        }
    }

    [Fact]
    public void An_authority_without_a_subject_is_refused_and_an_alternative_name_is_not_a_substitute()
    {
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("ca.example.com");
        TestCertificate nameless = _root.Issue(Authority("") with { Subject = "", Extensions = [names.Build(critical: true)] });
        CertificatePathTests.Refused(CertificateErrors.NameMissing, nameless.Issue(Leaf("Leaf")), [nameless], [_root]);
    }

    [Theory]
    [InlineData(0, 1, null)]
    [InlineData(0, null, 0)]
    [InlineData(0, 0, 5)]
    [InlineData(1, 1, null)]
    [InlineData(1, null, 3)]
    public void A_name_constraint_with_a_minimum_or_a_maximum_is_refused(int list, int? minimum, int? maximum)
    {
        TestCertificate constrained = _root.Issue(Authority("Constrained") with { Extensions = [Constraint(list, minimum, maximum)] });
        CertificatePathTests.Refused(CertificateErrors.Malformed, constrained.Issue(Leaf("x") with { Subject = "CN=x, O=Example" }), [constrained], [_root]);
    }

    [Fact]
    public void A_name_constraint_permits_and_excludes_by_the_subject()
    {
        CertificateSpecification within = Leaf("x") with { Subject = "CN=x, O=Example" }, outside = Leaf("x") with { Subject = "CN=x, O=Other" };
        TestCertificate permits = _root.Issue(Authority("Permits") with { Extensions = [Constraint(0, 0)] });
        TestCertificate excludes = _root.Issue(Authority("Excludes") with { Extensions = [Constraint(1)] });
        Assert.Equal(3, CertificatePathTests.Validate(permits.Issue(within), [permits], [_root]).Count);
        Assert.Equal(3, CertificatePathTests.Validate(excludes.Issue(outside), [excludes], [_root]).Count);
        CertificatePathTests.Refused(CertificateErrors.NameForbidden, permits.Issue(outside), [permits], [_root]);
        CertificatePathTests.Refused(CertificateErrors.NameForbidden, excludes.Issue(within), [excludes], [_root]);
    }

    [Theory]
    [InlineData("https://example.com/a", true)]
    [InlineData("https://other.com/a", false)]
    [InlineData("https://other.com\\@example.com/a", false)]
    [InlineData("https://other.com @example.com/", false)]
    [InlineData("https://other.com\t@example.com/", false)]
    public void An_address_whose_host_readers_find_in_different_places_is_not_within_a_name_constraint(string address, bool isWithin)
    {
        // NameConstraints with the permitted address example.com, and GeneralNames with one address.
        byte[] host = "example.com"u8.ToArray(), name = System.Text.Encoding.ASCII.GetBytes(address);
        byte[] permitted = [0x30, (byte)(host.Length + 6), 0xA0, (byte)(host.Length + 4), 0x30, (byte)(host.Length + 2), 0x86, (byte)host.Length, .. host];
        byte[] names = [0x30, (byte)(name.Length + 2), 0x86, (byte)name.Length, .. name];
        TestCertificate authority = _root.Issue(Authority("Addresses") with { Extensions = [new X509Extension("2.5.29.30", permitted, critical: true)] });
        TestCertificate leaf = authority.Issue(Leaf("x") with { Extensions = [new X509Extension("2.5.29.17", names, critical: false)] });
        if (isWithin)
        {
            Assert.Equal(3, CertificatePathTests.Validate(leaf, [authority], [_root]).Count);
        }
        else
        {
            CertificatePathTests.Refused(CertificateErrors.NameForbidden, leaf, [authority], [_root]);
        }
    }

    [Theory]
    [InlineData(12, "4D C3BC 6C6C6572", true)]
    [InlineData(20, "4D FC 6C6C6572", true)]
    [InlineData(20, "4D C3BC 6C6C6572", false)]
    [InlineData(22, "4D C3BC 6C6C6572", false)]
    [InlineData(28, "0000004D 000000FC 0000006C 0000006C 00000065 00000072", false)]
    public void A_name_whose_text_programs_read_in_different_ways_satisfies_no_name_constraint(int type, string hexadecimal, bool isRead)
    {
        byte[] text = Convert.FromHexString(hexadecimal.Replace(" ", "", StringComparison.Ordinal));
        ReadOnlyMemory<byte> name = Organization([(byte)type, (byte)text.Length, .. text]);
        TestCertificate excludes = _root.Issue(Authority("Excludes") with { Extensions = [Constraint(1)] });
        TestCertificate[] leaves =
        [
            excludes.Issue(Leaf("x") with { SubjectDer = name }),
            excludes.Issue(Leaf("x") with { Extensions = [new X509Extension("2.5.29.17", (byte[])[0x30, (byte)(name.Length + 2), 0xA4, (byte)name.Length, .. name.Span], critical: false)] }),
        ];
        foreach (TestCertificate leaf in leaves)
        {
            if (isRead)
            {
                Assert.Equal(3, CertificatePathTests.Validate(leaf, [excludes], [_root]).Count);
            }
            else
            {
                CertificatePathTests.Refused(CertificateErrors.NameForbidden, leaf, [excludes], [_root]);
            }
        }

        Assert.Equal(isRead, CertificateSubject.Parse("O=Müller").IsOf(leaves[0].Certificate));
    }

    // Name ::= SEQUENCE OF SET OF SEQUENCE { type, value }
    private static byte[] Organization(byte[] value)
    {
        byte[] attribute = [0x30, (byte)(value.Length + 5), 6, 3, 0x55, 4, 10, .. value], set = [0x31, (byte)attribute.Length, .. attribute];
        return [0x30, (byte)set.Length, .. set];
    }

    // NameConstraints ::= SEQUENCE { [0] permitted, [1] excluded }; GeneralSubtree ::= SEQUENCE { base, [0] minimum, [1] maximum }
    private static X509Extension Constraint(int list = 0, int? minimum = null, int? maximum = null)
    {
        Asn1Tag directoryName = new(TagClass.ContextSpecific, 4);
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, list)))
        using (writer.PushSequence())
        {
            using (writer.PushSequence(directoryName))
            {
                writer.WriteEncodedValue(new X500DistinguishedName("O=Example").RawData);
            }

            if (minimum is { } least)
            {
                writer.WriteInteger(least, new Asn1Tag(TagClass.ContextSpecific, 0));
            }

            if (maximum is { } most)
            {
                writer.WriteInteger(most, new Asn1Tag(TagClass.ContextSpecific, 1));
            }
        }

        return new X509Extension("2.5.29.30", writer.Encode(), critical: true);
    }

    private static byte[] Pss(int saltLength)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.113549.1.1.10");
            using (writer.PushSequence())
            {
                using (writer.PushSequence(Tag(0)))
                {
                    WriteAlgorithm("2.16.840.1.101.3.4.2.1");
                }

                using (writer.PushSequence(Tag(1)))
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("1.2.840.113549.1.1.8");
                    WriteAlgorithm("2.16.840.1.101.3.4.2.1");
                }

                using (writer.PushSequence(Tag(2)))
                {
                    writer.WriteInteger(saltLength);
                }
            }
        }

        return writer.Encode();

        static Asn1Tag Tag(int number) => new(TagClass.ContextSpecific, number);

        void WriteAlgorithm(string oid)
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(oid);
                writer.WriteNull();
            }
        }
    }

    private static byte[] Rsa(byte[] modulus, string exponent)
    {
        AsnWriter key = new(AsnEncodingRules.DER);
        using (key.PushSequence())
        {
            key.WriteIntegerUnsigned(modulus);
            key.WriteIntegerUnsigned(Convert.FromHexString(exponent.PadLeft((exponent.Length + 1) / 2 * 2, '0')));
        }

        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.113549.1.1.1");
                writer.WriteNull();
            }

            writer.WriteBitString(key.Encode());
        }

        return writer.Encode();
    }

    private sealed class FixedSignature(byte[] algorithm, byte[] signature) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => algorithm;

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => signature;

        protected override PublicKey BuildPublicKey() => throw new NotSupportedException();
    }
}
