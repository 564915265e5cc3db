using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Tests.Bundles;
using ModelSigning.Core.Timestamps;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing.Certificates;
using ModelSigning.Testing.Timestamps;
using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Core.Tests.Timestamps;

public sealed class TimestampVerifierTests
{
    private static readonly byte[] Signature = Encoding.UTF8.GetBytes("a signature");
    private readonly TestCertificate _root = TestCertificate.SelfSigned(Authority("Timestamp root"));
    private readonly TestCertificate _signer;
    private readonly TimestampTokenBuilder _builder;

    public TimestampVerifierTests()
    {
        _signer = _root.Issue(TimestampSigner("Timestamp signer"));
        _builder = new TimestampTokenBuilder { Signer = _signer, Time = Noon };
    }

    private TimestampAuthority Listed => new([_signer.Certificate, _root.Certificate], null, null, "Listed");

    private TimestampAuthority ByRoot => new([_root.Certificate], null, null, "By root");

    [Fact]
    public void A_timestamp_of_a_listed_signer_gives_its_time()
    {
        VerifiedTimestamp verified = Assert.IsType<VerifiedTimestamp>(Verify(_builder, Listed));
        Assert.Equal(Noon, verified.Time);
        Assert.Equal("Listed", verified.Authority.Name);
        Assert.Equal(_signer.Certificate, verified.Signer);
    }

    [Fact]
    public void Fractions_of_a_second_are_kept()
    {
        DateTimeOffset time = Noon.AddTicks(1_234_500);
        Assert.Equal(time, Verify(_builder with { Time = time }, Listed)?.Time);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void The_older_attribute_binds_the_certificate_too(bool first, bool second) =>
        Assert.NotNull(Verify(_builder with { SigningCertificate = first, SigningCertificateV2 = second }, Listed));

    // Several stamp one signature: it was there at the time of the first.
    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(2, 0, 1)]
    [InlineData(1, 2, 0)]
    public void Of_several_timestamps_the_earliest_counts_wherever_it_lies(params int[] hours)
    {
        Bundle bundle = SampleBundles.Key with
        {
            VerificationMaterial = SampleBundles.Key.VerificationMaterial with
            {
                Rfc3161Timestamps = [.. hours.Select(hour => (ReadOnlyMemory<byte>)(_builder with { Time = Noon.AddHours(hour) }).Respond(SampleBundles.Key.Signature.ToArray()))],
            },
        };
        BundleTimestamps verified = BundleTimestamps.Verify(bundle, [Listed]);
        Assert.Equal(Noon, verified.Earliest?.Time);
        Assert.Empty(verified.Warnings);
        Assert.Equal(2 * hours.Length, verified.Certificates.Count);
    }

    [Fact]
    public void RSA_signs_timestamps_too()
    {
        TestCertificate signer = _root.Issue(TimestampSigner("RSA") with { Key = RSA.Create(2048) });
        Assert.NotNull(Verify(_builder with { Signer = signer }, new TimestampAuthority([signer.Certificate, _root.Certificate], null, null, "RSA")));
    }

    [Fact]
    public void An_authority_without_a_leaf_takes_the_one_that_came_with_the_token()
    {
        TestCertificate intermediate = _root.Issue(Authority("Timestamp intermediate"));
        TestCertificate signer = intermediate.Issue(TimestampSigner("Timestamp signer"));
        TimestampTokenBuilder builder = _builder with { Signer = signer, Certificates = [intermediate.Certificate, signer.Certificate] };
        Assert.NotNull(Verify(builder, ByRoot));
        Assert.Null(Verify(builder with { Certificates = [] }, ByRoot));
    }

    [Fact]
    public void A_listed_leaf_excludes_others_of_the_same_authority()
    {
        TestCertificate other = _root.Issue(TimestampSigner("Other signer"));
        Assert.Null(Verify(_builder with { Signer = other, Certificates = [other.Certificate] }, Listed));
    }

    [Fact]
    public void A_timestamp_of_another_authority_gives_no_time()
    {
        TestCertificate otherRoot = TestCertificate.SelfSigned(Authority("Timestamp root"));
        TestCertificate other = otherRoot.Issue(TimestampSigner("Timestamp signer"));
        TimestampTokenBuilder builder = _builder with { Signer = other, Certificates = [other.Certificate, otherRoot.Certificate] };
        Assert.Null(Verify(builder, Listed));
        Assert.Null(Verify(builder, ByRoot));
        Assert.Null(TimestampVerifier.Verify(builder.Respond(Signature), Signature, []));
    }

    [Fact]
    public void An_authority_whose_certificate_cannot_be_read_is_said_to_be_unusable_and_stands_in_no_others_way()
    {
        TestCertificate odd = TestCertificate.SelfSigned(Authority("Odd") with { Extensions = [new X509Extension("2.5.29.37", [0x30, 0x84], critical: false)] });
        TimestampAuthority unusable = new([odd.Certificate], null, null, "Odd");
        Assert.NotNull(Verify(_builder, unusable, Listed));
        Assert.NotNull(Verify(_builder, Listed, unusable));
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Verify(_builder, unusable));
        Assert.Equal(TimestampErrors.SignerRefused, refusal.Definition);
        Assert.Contains("'Odd', which cannot be used", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_came_with_the_token_and_that_one_library_alone_can_read_ends_nothing()
    {
        // Every byte of the signer's certificate is changed in turn; what .NET still reads stands for the authority.
        byte[] good = _signer.Certificate.RawData;
        int read = 0;
        for (int index = 4; index < good.Length; index++)
        {
            byte[] changed = [.. good];
            changed[index] = 0x84;
            try
            {
                using X509Certificate2 odd = X509CertificateLoader.LoadCertificate(changed);
                read++;
                Verify(_builder, new TimestampAuthority([odd, _root.Certificate], null, null, "Odd"));
            }
            catch (Exception refusal) when (refusal is ModelSigningException or CryptographicException)
            {
                // Whatever else is thrown fails the test.
            }
        }

        Assert.NotEqual(0, read);
    }

    [Fact]
    public void An_edited_time_is_refused()
    {
        byte[] Edited(byte[] info)
        {
            int at = info.AsSpan().IndexOf("20260601120000Z"u8);
            Assert.True(at > 0);
            info = [.. info];
            "20250601120000Z"u8.CopyTo(info.AsSpan(at));
            return info;
        }

        Refused(TimestampErrors.SignatureInvalid, _builder with { Edit = Edited }, Listed);
        Refused(TimestampErrors.SignatureInvalid, _builder with { Edit = Edited, Certificates = [_signer.Certificate] }, ByRoot);
    }

    [Fact]
    public void A_timestamp_over_something_else_is_refused()
    {
        byte[] response = _builder.Respond("another signature"u8);
        Assert.Equal(TimestampErrors.ImprintMismatch,
            Assert.Throws<ModelSigningException>(() => TimestampVerifier.Verify(response, Signature, [Listed])).Definition);
    }

    [Fact]
    public void An_imprint_by_SHA1_is_refused() =>
        Refused(TimestampErrors.ImprintMismatch, _builder with { ImprintAlgorithm = "1.3.14.3.2.26" }, Listed);

    [Fact]
    public void A_signature_by_SHA1_and_a_token_of_another_content_are_refused()
    {
        Refused(TimestampErrors.Malformed, _builder with { SignsWithSha1 = true }, Listed);
        Refused(TimestampErrors.Malformed, _builder with { ContentType = "1.2.840.113549.1.7.1" }, Listed);
    }

    [Fact]
    public void A_listed_signer_that_the_listed_root_did_not_issue_is_refused()
    {
        TestCertificate other = TestCertificate.SelfSigned(Authority("Timestamp root"));
        Refused(TimestampErrors.SignerRefused, _builder, new TimestampAuthority([_signer.Certificate, other.Certificate], null, null, "Mixed"));
    }

    [Fact]
    public void An_authority_on_the_way_that_may_not_make_timestamps_is_refused()
    {
        TestCertificate intermediate = _root.Issue(Authority("Timestamp intermediate") with { ExtendedKeyUsage = [CodeSigning] });
        TestCertificate signer = intermediate.Issue(TimestampSigner("Timestamp signer"));
        Refused(TimestampErrors.SignerRefused, _builder with { Signer = signer, Certificates = [intermediate.Certificate, signer.Certificate] }, ByRoot);
    }

    [Fact]
    public void A_signature_that_names_another_certificate_is_refused()
    {
        TestCertificate other = _root.Issue(TimestampSigner("Other"));
        Refused(TimestampErrors.SignatureInvalid, _builder with { NamedCertificate = other.Certificate }, Listed);
        Refused(TimestampErrors.SignatureInvalid, _builder with { SigningCertificate = true, NamedCertificate = other.Certificate }, Listed);
        Refused(TimestampErrors.SignatureInvalid, _builder with { SigningCertificateV2 = false }, Listed);
    }

    [Fact]
    public void A_forger_who_copies_the_signers_name_and_number_is_refused()
    {
        // The forger signs with a key of their own and names the listed certificate.
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] good = _builder.Respond(Signature);
        byte[] forged = [.. good];
        forged[^1] ^= 1;
        Assert.Equal(TimestampErrors.SignatureInvalid,
            Assert.Throws<ModelSigningException>(() => TimestampVerifier.Verify(forged, Signature, [Listed])).Definition);
    }

    public static TheoryData<string> BadSigners => ["no usage", "two usages", "not critical", "authority", "no digitalSignature"];

    [Theory]
    [MemberData(nameof(BadSigners))]
    public void A_signer_that_may_not_make_timestamps_is_refused(string fault)
    {
        CertificateSpecification good = TimestampSigner("Timestamp signer");
        TestCertificate signer = _root.Issue(fault switch
        {
            "no usage" => good with { ExtendedKeyUsage = [] },
            "two usages" => good with { ExtendedKeyUsage = [TimeStamping, CodeSigning] },
            "not critical" => good with { ExtendedKeyUsageIsCritical = false },
            "authority" => good with { IsAuthority = true },
            _ => good with { KeyUsage = System.Security.Cryptography.X509Certificates.X509KeyUsageFlags.KeyCertSign },
        });
        Refused(TimestampErrors.SignerRefused, _builder with { Signer = signer, Certificates = [signer.Certificate] }, ByRoot);
    }

    [Fact]
    public void The_chain_is_judged_at_the_time_that_the_timestamp_says()
    {
        TestCertificate signer = _root.Issue(TimestampSigner("Short") with { NotBefore = Noon.AddHours(-1), NotAfter = Noon.AddHours(1) });
        TimestampAuthority authority = new([signer.Certificate, _root.Certificate], null, null, "Short");
        TimestampTokenBuilder builder = _builder with { Signer = signer };
        Assert.NotNull(Verify(builder with { Time = Noon.AddHours(1) }, authority));
        Refused(TimestampErrors.SignerRefused, builder with { Time = Noon.AddHours(1).AddSeconds(1) }, authority);
        Refused(TimestampErrors.SignerRefused, builder with { Time = Noon.AddHours(-1).AddSeconds(-1) }, authority);
    }

    [Fact]
    public void The_authoritys_own_period_is_closed_at_both_ends()
    {
        TimestampAuthority authority = Listed with { ValidFrom = Noon, ValidUntil = Noon.AddDays(1) };
        Assert.NotNull(Verify(_builder, authority));
        Assert.NotNull(Verify(_builder with { Time = Noon.AddDays(1) }, authority));
        Refused(TimestampErrors.OutsideValidity, _builder with { Time = Noon.AddSeconds(-1) }, authority);
        Refused(TimestampErrors.OutsideValidity, _builder with { Time = Noon.AddDays(1).AddSeconds(1) }, authority);
        Assert.NotNull(TimestampVerifier.Verify(
            _builder.Respond(Signature), Signature, [authority with { ValidFrom = Noon.AddDays(1) }, Listed]));
    }

    [Fact]
    public void Answers_that_are_not_a_single_granted_token_are_refused()
    {
        Refused(TimestampErrors.Malformed, _builder with { Status = 2 }, Listed);
        Refused(TimestampErrors.Malformed, _builder with { SignatureCount = 2 }, Listed);
        Refused(TimestampErrors.Malformed, _builder with { SignatureCount = 0 }, Listed);
        Refused(TimestampErrors.Malformed, _builder with { CriticalExtension = true }, Listed);
        Assert.NotNull(Verify(_builder with { Status = 1 }, Listed));
    }

    [Fact]
    public void A_token_that_is_not_called_SignedData_is_refused()
    {
        byte[] signedData = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
        byte[] response = _builder.Respond(Signature).ToArray();
        int at = response.AsSpan().IndexOf(signedData);
        response[at + signedData.Length - 1] = 0x01; // id-data
        Malformed(response);
    }

    [Fact]
    public void Every_shortened_or_lengthened_answer_is_refused()
    {
        byte[] good = _builder.Respond(Signature);
        for (int length = 0; length < good.Length; length += 7)
        {
            Malformed(good.AsSpan(0, length).ToArray());
        }

        Malformed([.. good, 0]);
        Malformed(new byte[TimestampLimit + 1]);
    }

    [Fact]
    public void A_single_changed_byte_never_passes()
    {
        byte[] good = _builder.Respond(Signature);
        for (int index = 0; index < good.Length; index++)
        {
            byte[] changed = [.. good];
            changed[index] ^= 0x01;
            VerifiedTimestamp? verified = null;
            ModelSigningException? refusal = (ModelSigningException?)Record.Exception(
                () => verified = TimestampVerifier.Verify(changed, Signature, [Listed]));

            // A changed status or an unsigned version number changes nothing that is vouched for.
            Assert.True(refusal is not null || verified is null || verified.Time == Noon);
        }
    }

    [Fact]
    public void Nesting_without_end_is_refused_and_does_not_end_the_process()
    {
        byte[] deep = new byte[TimestampLimit];
        for (int index = 0; index < deep.Length; index += 2)
        {
            deep[index] = 0x30;
            deep[index + 1] = 0x80;
        }

        Malformed(deep);
        byte[] wrapped = [0x30, 0x84, 0, 8, 0, 5, 0x30, 3, 2, 1, 0, .. deep.AsSpan(0, 0x80000)];
        Malformed(wrapped);
    }

    private const int TimestampLimit = 1024 * 1024;

    private static VerifiedTimestamp? Verify(TimestampTokenBuilder builder, params TimestampAuthority[] authorities) =>
        TimestampVerifier.Verify(builder.Respond(Signature), Signature, authorities);

    private static void Refused(ErrorDefinition expected, TimestampTokenBuilder builder, TimestampAuthority authority) =>
        Assert.Equal(expected, Assert.Throws<ModelSigningException>(() => Verify(builder, authority)).Definition);

    private void Malformed(byte[] response) => Assert.Equal(TimestampErrors.Malformed,
        Assert.Throws<ModelSigningException>(() => TimestampVerifier.Verify(response, Signature, [Listed])).Definition);
}
