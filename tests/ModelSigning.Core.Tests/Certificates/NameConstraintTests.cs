using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Certificates;
using ModelSigning.Testing.Certificates;
using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Core.Tests.Certificates;

/// <summary>Whose names an authority may certify (RFC 5280, sections 4.2.1.10 and 6.1.3 (b), (c)).</summary>
public sealed class NameConstraintTests
{
    private const string Inside = ", O=Example, C=DE", Outside = ", O=Other, C=DE";

    private readonly TestCertificate _root = TestCertificate.SelfSigned(Authority("Root"));
    private readonly TestCertificate _limited;

    public NameConstraintTests() => _limited = _root.Issue(Authority("Limited" + Inside) with { Extensions = [Names(excluded: false, WriteOrganization)] });

    [Fact]
    public void An_authority_on_the_way_is_held_to_the_constraints_too()
    {
        TestCertificate good = _limited.Issue(Authority("Issuing" + Inside)), bad = _limited.Issue(Authority("Issuing" + Outside));
        Assert.Equal(4, CertificatePathTests.Validate(good.Issue(Leaf("Leaf" + Inside)), [_limited, good], [_root]).Count);
        CertificatePathTests.Refused(CertificateErrors.NameForbidden, bad.Issue(Leaf("Leaf" + Inside)), [_limited, bad], [_root]);
    }

    [Fact]
    public void A_leaf_of_its_issuers_name_is_held_to_the_constraints_too()
    {
        TestCertificate limited = _root.Issue(Authority("Limited" + Outside) with { Extensions = [Names(excluded: false, WriteOrganization)] });
        CertificatePathTests.Refused(CertificateErrors.NameForbidden, limited.Issue(Leaf("Limited" + Outside)), [limited], [_root]);
    }

    [Fact]
    public void The_constraints_of_an_authority_do_not_replace_those_above_it()
    {
        TestCertificate below = _limited.Issue(Authority("Below" + Inside) with { Extensions = [Names(excluded: false, WriteHost)] });
        Assert.Equal(4, CertificatePathTests.Validate(below.Issue(Leaf("Leaf" + Inside)), [_limited, below], [_root]).Count);
        CertificatePathTests.Refused(CertificateErrors.NameForbidden, below.Issue(Leaf("Leaf" + Outside)), [_limited, below], [_root]);
    }

    [Theory]
    [InlineData(256, 64, true)]
    [InlineData(257, 1, false)]
    [InlineData(256, 65, false)]
    public void A_chain_with_more_constraints_and_names_than_are_compared_is_refused(int constraints, int names, bool accepted)
    {
        TestCertificate limited = _root.Issue(Authority("Limited") with { Extensions = [Names(excluded: true, [.. Enumerable.Repeat<Action<AsnWriter>>(WriteHost, constraints)])] });
        SubjectAlternativeNameBuilder many = new();
        for (int name = 0; name < names; name++)
        {
            many.AddEmailAddress($"a{name}@other.test");
        }

        TestCertificate leaf = limited.Issue(Leaf("Leaf") with { Extensions = [many.Build()] });
        if (accepted)
        {
            Assert.Equal(3, CertificatePathTests.Validate(leaf, [limited], [_root]).Count);
        }
        else
        {
            CertificatePathTests.Refused(CertificateErrors.PathTooComplex, leaf, [limited], [_root]);
        }
    }

    // Two constraints of 25,000 characters, and three thousand names.
    [Theory]
    [InlineData(25, true)]
    [InlineData(25_000, false)]
    public void What_name_constraints_cost_is_bounded_by_their_characters_too(int length, bool accepted)
    {
        TestCertificate limited = _root.Issue(Authority("Limited") with { Extensions = [Names(excluded: true, writer => WriteText(writer, new string('x', length)), writer => WriteText(writer, new string('y', length)))] });
        SubjectAlternativeNameBuilder many = new();
        for (int name = 0; name < 3000; name++)
        {
            many.AddEmailAddress("a@b");
        }

        TestCertificate leaf = limited.Issue(Leaf("Leaf") with { Extensions = [many.Build()] });
        if (accepted)
        {
            Assert.Equal(3, CertificatePathTests.Validate(leaf, [limited], [_root]).Count);
        }
        else
        {
            CertificatePathTests.Refused(CertificateErrors.PathTooComplex, leaf, [limited], [_root]);
        }

        static void WriteText(AsnWriter writer, string text)
        {
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 4)))
            {
                writer.WriteEncodedValue(new X500DistinguishedName("CN=" + text).RawData);
            }
        }
    }

    // 255 names of 17 parts each, every one of which is compared with each name of each chain that is tried.
    [Fact]
    public void What_name_constraints_cost_is_bounded_for_all_chains_of_a_search_together()
    {
        TestCertificate limited = _root.Issue(Authority("Limited") with { Extensions = [Names(excluded: true, [.. Enumerable.Range(0, 240).Select(number => (Action<AsnWriter>)(writer => WriteLong(writer, number)))])] });
        CertificatePathTests.Refused(CertificateErrors.PathTooComplex, limited.Issue(Leaf("Leaf")), [limited], [_root]);
    }

    [Theory]
    [InlineData("signer@example.com", false)]
    [InlineData("signer@other.test", true)]
    public void An_excluded_address_is_refused_among_the_alternative_names_and_in_the_subject(string address, bool accepted)
    {
        TestCertificate excludes = _root.Issue(Authority("Excludes") with { Extensions = [Names(excluded: true, WriteHost)] });
        SubjectAlternativeNameBuilder names = new();
        names.AddEmailAddress(address);
        foreach (CertificateSpecification leaf in (CertificateSpecification[])[Leaf("Leaf") with { Extensions = [names.Build()] }, Leaf("Leaf, E=" + address)])
        {
            if (accepted)
            {
                Assert.Equal(3, CertificatePathTests.Validate(excludes.Issue(leaf), [excludes], [_root]).Count);
            }
            else
            {
                CertificatePathTests.Refused(CertificateErrors.NameForbidden, excludes.Issue(leaf), [excludes], [_root]);
            }
        }
    }

    [Fact]
    public void One_limit_with_a_minimum_among_others_is_enough_to_refuse_an_authority()
    {
        TestCertificate odd = _root.Issue(Authority("Odd" + Inside) with { Extensions = [Names(excluded: false, WriteOrganization, WriteWithMinimum)] });
        CertificatePathTests.Refused(CertificateErrors.Malformed, odd.Issue(Leaf("Leaf" + Inside)), [odd], [_root]);
    }

    // A TeletexString whose bytes are UTF-8: the library may compare another name than the one that is shown.
    [Fact]
    public void A_limit_with_a_name_that_programs_read_in_different_ways_is_refused()
    {
        TestCertificate odd = _root.Issue(Authority("Odd" + Inside) with { Extensions = [Names(excluded: true, WriteAmbiguous)] });
        CertificatePathTests.Refused(CertificateErrors.NameForbidden, odd.Issue(Leaf("Leaf" + Inside)), [odd], [_root]);
    }

    // An otherName, a mailbox, a host, a directory name, an address of the web and a registered identifier, each in DER with its tag.
    [Theory]
    [InlineData("8100", "810A61406F746865722E6465", false)]
    [InlineData("8200", "82086F746865722E6465", false)]
    [InlineData("A4023000", null, false)]
    [InlineData("A4023000", "A40F300D310B3009060355040613024445", false)]
    [InlineData("8600", "861368747470733A2F2F6F746865722E64652F7061", false)]
    [InlineData("A00906022A03A0030C0178", "A00B06022A03A0050C03616263", false)]
    [InlineData("88022A03", "88032A0304", false)]
    [InlineData("8100", "82086F746865722E6465", true)]
    [InlineData("8200", "810A61406F746865722E6465", true)]
    [InlineData("88022A03", "82086F746865722E6465", true)]
    public void An_excluded_name_that_is_empty_or_of_a_form_without_a_rule_forbids_each_name_of_its_form(string constraint, string? name, bool accepted)
    {
        TestCertificate excludes = _root.Issue(Authority("Excludes") with { Extensions = [Names(excluded: true, writer => writer.WriteEncodedValue(Convert.FromHexString(constraint)))] });
        AsnWriter names = new(AsnEncodingRules.DER);
        using (names.PushSequence())
        {
            if (name is not null)
            {
                names.WriteEncodedValue(Convert.FromHexString(name));
            }
        }

        TestCertificate leaf = excludes.Issue(Leaf("Leaf") with { Extensions = name is null ? [] : [new X509Extension("2.5.29.17", names.Encode(), critical: false)] });
        if (accepted)
        {
            Assert.Equal(3, CertificatePathTests.Validate(leaf, [excludes], [_root]).Count);
        }
        else
        {
            CertificatePathTests.Refused(CertificateErrors.NameForbidden, leaf, [excludes], [_root]);
        }
    }

    [Theory]
    [InlineData(false, "https://example.com/a@b:c", true)]
    [InlineData(false, "spiffe://example.com:443", true)]
    [InlineData(false, "https://other.test/", false)]
    [InlineData(false, "urn:example.com", false)]
    [InlineData(false, "https:/example.com/", false)]
    [InlineData(false, "https:///example.com", false)]
    [InlineData(false, "https://user@example.com/", false)]
    [InlineData(true, "https://example.com/", false)]
    [InlineData(true, "https://example.com:443:/x", false)]
    [InlineData(true, "https://192.0.2.1/", false)]
    [InlineData(true, "https://[2001:db8::1]/", false)]
    [InlineData(true, "urn:other.test", false)]
    [InlineData(true, "https://other.test?x", true)]
    public void Where_addresses_are_constrained_each_must_have_the_name_of_a_host(bool excluded, string address, bool accepted)
    {
        TestCertificate limited = _root.Issue(Authority("Limited") with { Extensions = [Names(excluded, WriteAddress)] });
        AsnWriter raw = new(AsnEncodingRules.DER);
        using (raw.PushSequence())
        {
            raw.WriteCharacterString(UniversalTagNumber.IA5String, address, new Asn1Tag(TagClass.ContextSpecific, 6));
        }

        TestCertificate leaf = limited.Issue(Leaf("Leaf") with { Extensions = [new X509Extension("2.5.29.17", raw.Encode(), critical: false)] });
        if (accepted)
        {
            Assert.Equal(3, CertificatePathTests.Validate(leaf, [limited], [_root]).Count);
        }
        else
        {
            CertificatePathTests.Refused(CertificateErrors.NameForbidden, leaf, [limited], [_root]);
        }
    }

    // {OU=0 + OU=1}, whose attributes a certificate may have in another order.
    [Fact]
    public void A_limit_with_several_attributes_in_one_part_is_refused()
    {
        TestCertificate odd = _root.Issue(Authority("Odd") with { Extensions = [Names(excluded: true, writer => writer.WriteEncodedValue(Convert.FromHexString("A418301631143008060355040B0C01303008060355040B0C0131")))] });
        CertificatePathTests.Refused(CertificateErrors.NameForbidden, odd.Issue(Leaf("Leaf")), [odd], [_root]);
    }

    [Theory]
    [InlineData("Exam ple", true)]
    [InlineData("Exam\tple", false)]
    [InlineData("Exam\u00A0ple", false)]
    [InlineData("Exam\u200Bple", false)]
    public void Where_names_are_constrained_none_has_a_character_that_is_not_seen(string organization, bool accepted)
    {
        TestCertificate excludes = _root.Issue(Authority("Excludes") with { Extensions = [Names(excluded: true, WriteOrganization)] });
        TestCertificate leaf = excludes.Issue(Leaf($"Leaf, O=\"{organization}\", C=DE"));
        if (accepted)
        {
            Assert.Equal(3, CertificatePathTests.Validate(leaf, [excludes], [_root]).Count);
        }
        else
        {
            CertificatePathTests.Refused(CertificateErrors.NameForbidden, leaf, [excludes], [_root]);
        }
    }

    [Theory]
    [InlineData("release@a.example", "release@a.example", true)]
    [InlineData("release@a.example", "release@A.EXAMPLE", true)]
    [InlineData("release@a.example", "RELEASE@a.example", false)]
    public void A_constraint_on_one_mailbox_distinguishes_upper_and_lower_case_before_the_sign(string constraint, string address, bool accepted)
    {
        TestCertificate limited = _root.Issue(Authority("Limited") with { Extensions = [Names(excluded: false, writer => writer.WriteCharacterString(UniversalTagNumber.IA5String, constraint, new Asn1Tag(TagClass.ContextSpecific, 1)))] });
        SubjectAlternativeNameBuilder names = new();
        names.AddEmailAddress(address);
        TestCertificate leaf = limited.Issue(Leaf("Leaf") with { Extensions = [names.Build()] });
        if (accepted)
        {
            Assert.Equal(3, CertificatePathTests.Validate(leaf, [limited], [_root]).Count);
        }
        else
        {
            CertificatePathTests.Refused(CertificateErrors.NameForbidden, leaf, [limited], [_root]);
        }
    }

    // otherName: id-on-SmtpUTF8Mailbox and the UTF8String s@example.com.
    [Theory]
    [InlineData("8100", true, false)]
    [InlineData("810B6578616D706C652E636F6D", true, false)]
    [InlineData("810B6578616D706C652E636F6D", false, false)]
    [InlineData("820B6578616D706C652E636F6D", true, true)]
    public void Where_mail_is_constrained_an_address_of_the_form_for_all_letters_is_refused(string constraint, bool excluded, bool accepted)
    {
        TestCertificate limited = _root.Issue(Authority("Limited") with { Extensions = [Names(excluded, writer => writer.WriteEncodedValue(Convert.FromHexString(constraint)))] });
        X509Extension names = new("2.5.29.17", Convert.FromHexString("301DA01B06082B06010505070809A00F0C0D73406578616D706C652E636F6D"), critical: false);
        TestCertificate leaf = limited.Issue(Leaf("Leaf") with { Extensions = [names] });
        if (accepted)
        {
            Assert.Equal(3, CertificatePathTests.Validate(leaf, [limited], [_root]).Count);
        }
        else
        {
            CertificatePathTests.Refused(CertificateErrors.NameForbidden, leaf, [limited], [_root]);
        }
    }

    // NameConstraints ::= SEQUENCE { permitted [0], excluded [1] }; each SEQUENCE OF SEQUENCE { base GeneralName }.
    private static X509Extension Names(bool excluded, params Action<AsnWriter>[] subtrees)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, excluded ? 1 : 0, isConstructed: true)))
        {
            foreach (Action<AsnWriter> write in subtrees)
            {
                using (writer.PushSequence())
                {
                    write(writer);
                }
            }
        }

        return new X509Extension("2.5.29.30", writer.Encode(), critical: true);
    }

    private static void WriteOrganization(AsnWriter writer)
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 4, isConstructed: true)))
        {
            writer.WriteEncodedValue(new X500DistinguishedName("O=Example, C=DE").RawData);
        }
    }

    private static void WriteWithMinimum(AsnWriter writer)
    {
        WriteHost(writer);
        writer.WriteInteger(1, new Asn1Tag(TagClass.ContextSpecific, 0));
    }

    private static void WriteAmbiguous(AsnWriter writer)
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 4, isConstructed: true)))
        using (writer.PushSequence())
        using (writer.PushSetOf())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("2.5.4.10");
            writer.WriteEncodedValue([0x14, 2, 0xC3, 0xA4]);
        }
    }

    // Of e-mail addresses.
    private static void WriteLong(AsnWriter writer, int number)
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 4, isConstructed: true)))
        using (writer.PushSequence())
        {
            for (int part = 0; part < 19; part++)
            {
                using (writer.PushSetOf())
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("2.5.4.11");
                    writer.WriteCharacterString(UniversalTagNumber.UTF8String, part < 18 ? "x" : $"{number}");
                }
            }
        }
    }

    private static void WriteAddress(AsnWriter writer) =>
        writer.WriteCharacterString(UniversalTagNumber.IA5String, "example.com", new Asn1Tag(TagClass.ContextSpecific, 6));

    private static void WriteHost(AsnWriter writer) =>
        writer.WriteCharacterString(UniversalTagNumber.IA5String, "example.com", new Asn1Tag(TagClass.ContextSpecific, 1));
}
