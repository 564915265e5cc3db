using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Testing.Certificates;
using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Core.Tests.Certificates;

/// <summary>One decoder reads certificates for every method. Where there were two, the stricter rule won.</summary>
public sealed class DecodedCertificateTests
{
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 3);

    private readonly TestCertificate _certificate = TestCertificate.SelfSigned(Leaf("Leaf") with { Extensions = [TestCertificate.UnknownExtension(critical: false)] });

    [Fact]
    public void A_certificate_is_taken_apart_into_its_exact_bytes()
    {
        X509Certificate2 certificate = _certificate.Certificate;
        DecodedCertificate decoded = Decode(certificate.RawData);
        Assert.Equal(certificate.SubjectName.RawData, decoded.Subject.ToArray());
        Assert.Equal(certificate.IssuerName.RawData, decoded.Issuer.ToArray());
        Assert.Equal(certificate.PublicKey.ExportSubjectPublicKeyInfo(), decoded.SubjectPublicKeyInfo.ToArray());
        Assert.Equal(certificate.NotAfter.ToUniversalTime(), decoded.NotAfter.UtcDateTime);
        Assert.Equal(certificate.SerialNumberBytes.ToArray(), decoded.SerialNumber.ToArray());
        Assert.Equal([5, 0], decoded.Extensions.Find("1.3.6.1.4.1.99999.1")!.Value.ToArray());
        Assert.Null(decoded.Extensions.Find("1.2.3"));
    }

    public static TheoryData<string> Faults => ["unknown field", "second extensions", "other algorithm", "bytes behind", "bytes inside", "bits left over", "extension twice"];

    [Theory]
    [MemberData(nameof(Faults))]
    public void What_one_of_the_former_readers_let_pass_is_refused(string fault)
    {
        DecodedCertificate decoded = DecodedCertificate.Decode(_certificate.Certificate);
        byte[] odd = fault switch
        {
            "unknown field" => Certificate(Tbs(decoded, writer => writer.WriteOctetString([1], new Asn1Tag(TagClass.ContextSpecific, 4))), decoded),
            "second extensions" => Certificate(Tbs(decoded, writer => writer.WriteEncodedValue(Extensions(decoded))), decoded),
            "other algorithm" => Certificate(decoded.TbsCertificate.ToArray(), decoded, "1.2.840.10045.4.3.3"),
            "bytes behind" => [.. _certificate.Certificate.RawData, 0],
            "bytes inside" => Certificate(decoded.TbsCertificate.ToArray(), decoded, more: true),
            "bits left over" => Certificate(decoded.TbsCertificate.ToArray(), decoded, unusedBits: 1),
            _ => _certificate.Issue(Leaf("Leaf") with
            {
                Extensions = [new X509Extension("2.5.29.99", [5, 0], false), new X509Extension("2.5.29.98", [5, 0], false)],
            }).Certificate.RawData.AsSpan().ToArray() is var twice && Replace(twice) ? twice : throw new InvalidOperationException(),
        };
        Assert.Equal(CertificateErrors.Malformed, Assert.Throws<ModelSigningException>(() => Decode(odd)).Definition);
    }

    [Theory]
    [InlineData("2.5.29.19", "30060101FF020100", true)]
    [InlineData("2.5.29.19", "30060101FF0201FF", false)]
    [InlineData("2.5.29.19", "30090101FF020500FFFFFFFF", false)]
    [InlineData("2.5.29.19", "30080101FF0201000500", false)]
    [InlineData("2.5.29.19", "30060101FF0201000500", false)]
    [InlineData("2.5.29.15", "030205A0", true)]
    [InlineData("2.5.29.15", "030205A00500", false)]
    [InlineData("2.5.29.37", "300406022A03", true)]
    [InlineData("2.5.29.37", "300406022A030500", false)]
    [InlineData("2.5.29.17", "30038201" + "61", true)]
    [InlineData("2.5.29.17", "30038201" + "610500", false)]
    [InlineData("2.5.29.17", "3000", false)]
    [InlineData("2.5.29.14", "040107", true)]
    [InlineData("2.5.29.14", "0401070500", false)]
    [InlineData("2.5.29.35", "3003800107", true)]
    [InlineData("2.5.29.35", "30038001070500", false)]
    public void An_extension_is_one_value_within_its_bounds_and_nothing_after_it(string oid, string value, bool accepted)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            writer.WriteOctetString(Convert.FromHexString(value));
        }

        AsnReader extensions = new(writer.Encode(), AsnEncodingRules.DER);
        if (accepted)
        {
            Assert.NotNull(CertificateExtensions.Read(extensions).Find(oid));
        }
        else
        {
            Assert.Throws<AsnContentException>(() => CertificateExtensions.Read(extensions));
        }
    }

    private static DecodedCertificate Decode(byte[] der) => DecodedCertificate.Decode(CertificateReader.FromDer(der, "test"));

    // Makes 2.5.29.98 of 2.5.29.99, so that one extension is there twice.
    private static bool Replace(byte[] der)
    {
        int place = der.AsSpan().IndexOf((ReadOnlySpan<byte>)[6, 3, 0x55, 0x1D, 99]);
        der[place + 4] = 98;
        return place > 0;
    }

    private static ReadOnlySpan<byte> Extensions(DecodedCertificate decoded)
    {
        AsnReader tbs = new AsnReader(decoded.TbsCertificate, AsnEncodingRules.DER).ReadSequence();
        while (!tbs.PeekTag().HasSameClassAndValue(ExtensionsTag))
        {
            tbs.ReadEncodedValue();
        }

        return tbs.ReadEncodedValue().Span;
    }

    private static byte[] Tbs(DecodedCertificate decoded, Action<AsnWriter> more)
    {
        AsnReader tbs = new AsnReader(decoded.TbsCertificate, AsnEncodingRules.DER).ReadSequence();
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            while (tbs.HasData)
            {
                writer.WriteEncodedValue(tbs.ReadEncodedValue().Span);
            }

            more(writer);
        }

        return writer.Encode();
    }

    private static byte[] Certificate(byte[] tbs, DecodedCertificate decoded, string algorithm = "1.2.840.10045.4.3.2", bool more = false, int unusedBits = 0)
    {
        byte[] signature = decoded.Signature.ToArray();
        signature[^1] &= (byte)(0xFF << unusedBits);
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(tbs);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(algorithm);
            }

            writer.WriteBitString(signature, unusedBits);
            if (more)
            {
                writer.WriteNull();
            }
        }

        return writer.Encode();
    }
}
