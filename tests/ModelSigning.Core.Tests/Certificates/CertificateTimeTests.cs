using ModelSigning.Core.Bundles;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Timestamps;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing.Certificates;
using ModelSigning.Testing.Timestamps;
using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Core.Tests.Certificates;

/// <summary>The time at which a certificate is judged: that of a timestamp, of the clock, or one that the caller chose.</summary>
public sealed class CertificateTimeTests : CertificateScene
{
    [Fact]
    public void A_timestamp_keeps_a_signature_alive_after_the_certificate_has_expired()
    {
        TestCertificate leaf = Root.Issue(Leaf("L") with { NotAfter = Noon.AddHours(1) });
        TestCertificate signer = TimestampRoot.Issue(TimestampSigner("Timestamps"));
        TimestampTokenBuilder builder = new() { Signer = signer, Time = Noon.AddMinutes(30), Certificates = [signer.Certificate] };
        Bundle stamped = Sign(leaf, Noon.AddMinutes(30), timestamp: (signature, _) => builder.Respond(signature));
        DateTimeOffset later = Noon.AddYears(1);
        CertificateEvidence evidence = Verify(stamped, later, TimestampRoot);
        Assert.Equal(Noon.AddMinutes(30), evidence.SignedTime);
        Assert.Equal("CN=Timestamp root", evidence.TimeSource);

        // Without the authority, without the timestamp, with an edited time, with another's token.
        Assert.Equal(CertificateErrors.Expired, Refusal(stamped, later));
        Assert.Equal(CertificateErrors.Expired, Refusal(WithTimestamp(stamped, null), later, TimestampRoot));
        TestCertificate otherRoot = TestCertificate.SelfSigned(Authority("Timestamp root"));
        TestCertificate otherSigner = otherRoot.Issue(TimestampSigner("Timestamps"));
        byte[] others = (builder with { Signer = otherSigner, Certificates = [otherSigner.Certificate] }).Respond(stamped.Signature.Span);
        Assert.Equal(CertificateErrors.Expired, Refusal(WithTimestamp(stamped, others), later, TimestampRoot));
        byte[] edited = (builder with
        {
            Time = later,
            Edit = info =>
            {
                byte[] changed = [.. info];
                "20260601123000Z"u8.CopyTo(changed.AsSpan(changed.AsSpan().IndexOf("20270601120000Z"u8)));
                return changed;
            },
        }).Respond(stamped.Signature.Span);
        Assert.Equal(TimestampErrors.SignatureInvalid, Refusal(WithTimestamp(stamped, edited), later, TimestampRoot));
        byte[] honestButLate = (builder with { Time = later }).Respond(stamped.Signature.Span);
        Assert.Equal(CertificateErrors.Expired, Refusal(WithTimestamp(stamped, honestButLate), later, TimestampRoot));
    }

    [Fact]
    public void A_timestamp_that_is_not_trusted_is_reported_and_not_used()
    {
        TestCertificate signer = TimestampRoot.Issue(TimestampSigner("Timestamps"));
        TimestampTokenBuilder builder = new() { Signer = signer, Time = Noon, Certificates = [signer.Certificate] };
        Bundle stamped = Sign(Root.Issue(Leaf("L")), Noon, timestamp: (signature, _) => builder.Respond(signature));
        Assert.Single(Verify(stamped, Noon).Warnings);
        CertificateEvidence evidence = Verify(stamped, Noon, TestCertificate.SelfSigned(Authority("Other")));
        Assert.Single(evidence.Warnings);
        Assert.Null(evidence.SignedTime);
    }

    [Fact]
    public void An_authority_with_a_wrong_clock_ends_the_signing()
    {
        TestCertificate leaf = Root.Issue(Leaf("L") with { NotAfter = Noon.AddHours(1) });
        TestCertificate signer = TimestampRoot.Issue(TimestampSigner("Timestamps"));
        TimestampTokenBuilder builder = new() { Signer = signer, Time = Noon.AddDays(1), Certificates = [signer.Certificate] };
        Assert.Equal(CertificateErrors.Expired, Assert.Throws<ModelSigningException>(
            () => Sign(leaf, Noon, timestamp: (signature, _) => builder.Respond(signature))).Definition);
    }

    [Fact]
    public void An_explicit_time_decides_over_the_clock()
    {
        TestCertificate leaf = Root.Issue(Leaf("L") with { NotAfter = Noon.AddHours(1) });
        Bundle bundle = Sign(leaf, Noon);
        CertificateTrust trust = new() { Certificates = [Root.Certificate], VerificationTime = Noon };
        Assert.NotNull(new CertificateVerifier(trust, new Clock(Noon.AddYears(5))).Verify(bundle));
    }

    [Fact]
    public void A_chosen_time_says_that_it_overrides_a_verified_timestamp()
    {
        TestCertificate leaf = Root.Issue(Leaf("L") with { NotAfter = Noon.AddHours(1) });
        TestCertificate signer = TimestampRoot.Issue(TimestampSigner("Timestamps"));
        TimestampTokenBuilder builder = new() { Signer = signer, Time = Noon.AddMinutes(30), Certificates = [signer.Certificate] };
        Bundle stamped = Sign(leaf, Noon.AddMinutes(30), timestamp: (signature, _) => builder.Respond(signature));
        CertificateTrust trust = new()
        {
            Certificates = [Root.Certificate],
            TimestampAuthorities = TrustedTimestampAuthorities.Of([TimestampRoot.Certificate], allowPartialChain: false),
            VerificationTime = Noon.AddDays(30),
        };
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => new CertificateVerifier(trust, new Clock(Noon)).Verify(stamped));
        Assert.Equal(CertificateErrors.Expired, refusal.Definition);
        Assert.Contains("-VerificationTime overrides the verified timestamp of", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Omit -VerificationTime", refusal.Cure, StringComparison.Ordinal);

        trust = trust with { VerificationTime = Noon.AddMinutes(40) };
        Assert.Contains(new CertificateVerifier(trust, new Clock(Noon)).Verify(stamped).Evidence.Warnings,
            warning => warning.StartsWith("-VerificationTime overrides", StringComparison.Ordinal));
    }
}
