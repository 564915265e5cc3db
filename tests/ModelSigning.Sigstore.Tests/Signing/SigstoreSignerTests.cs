using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Http;
using ModelSigning.Sigstore.Identity.Interactive;
using ModelSigning.Sigstore.Tests.Identity;
using ModelSigning.Sigstore.Trust;
using ModelSigning.Sigstore.Verifying;
using ModelSigning.Testing;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Sigstore.Tests.Signing;

public sealed class SigstoreSignerTests
{
    [Theory]
    [InlineData(1, "dsse 0.0.1")]
    [InlineData(2, "hashedrekord 0.0.2")]
    public async Task A_statement_is_signed_and_verifies(int rekorVersion, string kind)
    {
        await using SigningSession session = await SigningSession.StartAsync(rekorVersion);
        Bundle bundle = session.Signer.Sign(SigningSession.Statement, default);
        SigstoreVerification verification = session.Verifier().VerifyEnvelope(bundle);
        Assert.Equal(kind, Assert.Single(verification.LogEntries).Kind);
        Assert.True(verification.Payload!.Value.Span.SequenceEqual(SigningSession.Statement));
        Assert.Equal(BundleVersion.V03, bundle.Version);
        Assert.Equal(rekorVersion == 1, bundle.VerificationMaterial.TlogEntries[0].SignedEntryTimestamp is not null);
        Assert.Single(bundle.VerificationMaterial.Rfc3161Timestamps);
    }

    [Theory]
    [InlineData(1, "hashedrekord 0.0.1")]
    [InlineData(2, "hashedrekord 0.0.2")]
    public async Task A_file_is_signed_and_verifies(int rekorVersion, string kind)
    {
        await using SigningSession session = await SigningSession.StartAsync(rekorVersion);
        using TemporaryFolder folder = new();
        FileArtifact file = new(folder.Write("weights.bin", "weights"));
        SigstoreVerification verification = session.Verifier().Verify(session.Signer.SignMessage(file, default), file);
        Assert.Equal(kind, Assert.Single(verification.LogEntries).Kind);
    }

    [Theory]
    [InlineData("DSSEv1 ")]
    [InlineData("DSSEV1 ")]
    public async Task A_file_whose_signature_would_be_that_of_a_statement_is_not_signed(string start)
    {
        await using SigningSession session = await SigningSession.StartAsync(2);
        using TemporaryFolder folder = new();
        byte[] encoding = DsseEnvelope.PreAuthenticationEncoding(InTotoStatement.MediaType, SigningSession.Statement);
        System.Text.Encoding.ASCII.GetBytes(start).CopyTo(encoding, 0);
        FileArtifact file = new(folder.Write("notes.txt", System.Text.Encoding.UTF8.GetString(encoding)));
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => session.Signer.SignMessage(file, default));
        Assert.Equal("FileIsEncodedEnvelope", refusal.Definition.Id);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_workflow_signs_without_anybody(int rekorVersion)
    {
        await using SigningSession session = await SigningSession.StartAsync(rekorVersion, SigningSession.Workflow);
        Bundle bundle = session.Signer.Sign(SigningSession.Statement, default);
        session.Verifier("https://github.com/" + OpenIdProvider.WorkflowReference, session.Server.Instance.OpenId.Issuer).VerifyEnvelope(bundle);
        Assert.False(session.Signer.WillAsk);
    }

    [Theory]
    [MemberData(nameof(SignInTests.Flows), MemberType = typeof(SignInTests))]
    public async Task A_person_signs_after_signing_in(SignInFlow flow)
    {
        using SimulatedPerson person = new();
        await using SigningSession session = await SigningSession.StartAsync(1, _ => new() { Interaction = person, Flow = flow, Environment = Identities.Environment() });
        Assert.True(session.Signer.WillAsk);
        session.Verifier().VerifyEnvelope(session.Signer.Sign(SigningSession.Statement, default));
        Assert.False(session.Signer.WillAsk);
    }

    [Fact]
    public async Task One_certificate_signs_a_pipeline_of_things()
    {
        await using SigningSession session = await SigningSession.StartAsync();
        Bundle first = session.Signer.Sign(SigningSession.Statement, default), second = session.Signer.Sign(SigningSession.Statement, default);
        Assert.Equal(first.VerificationMaterial.Certificate!.Value, second.VerificationMaterial.Certificate!.Value);
        Assert.Single(session.Server.Requests, request => request == "POST /api/v2/signingCert");
    }

    [Fact]
    public async Task A_certificate_that_ends_soon_is_replaced()
    {
        await using SigningSession session = await SigningSession.StartAsync(1, SigningSession.Workflow);
        MovableClock clock = new();
        using ServiceClient client = new(Identities.Policy with { Clock = clock });
        session.With(options => options with { Client = client });
        session.Signer.Sign(SigningSession.Statement, default);
        clock.Offset = TimeSpan.FromMinutes(8);
        // Now the fresh certificate is the one that is not valid at the (moved) time.
        Assert.False(session.Signer.WillAsk);
        session.Signer.Sign(SigningSession.Statement, default);
        Assert.Equal(2, session.Server.Requests.Count(request => request == "POST /api/v2/signingCert"));
    }

    [Fact]
    public async Task Nothing_is_contacted_before_something_is_to_be_signed()
    {
        await using SigningSession session = await SigningSession.StartAsync();
        using TemporaryFolder folder = new();
        FileArtifact missing = new(folder["missing"]);
        Assert.Throws<ModelSigningException>(() => session.Signer.SignMessage(missing, default));
        Assert.Empty(session.Server.Requests);
    }

    [Fact]
    public async Task A_clock_a_little_behind_the_authoritys_is_not_a_reason_to_fail()
    {
        await using SigningSession session = await SigningSession.StartAsync();
        using ServiceClient client = new(Identities.Policy with { Clock = new MovableClock { Offset = TimeSpan.FromMinutes(-2) } });
        session.With(options => options with { Client = client });
        session.Verifier().VerifyEnvelope(session.Signer.Sign(SigningSession.Statement, default));
    }

    [Fact]
    public async Task The_steps_are_reported_without_secrets()
    {
        await using SigningSession session = await SigningSession.StartAsync();
        session.Signer.Sign(SigningSession.Statement, default);
        Assert.Equal(5, session.Reported.Count);
        Assert.Contains("alice@sigstore.test", session.Reported[0], StringComparison.Ordinal);
        string all = string.Join('\n', session.Reported);
        Assert.All(session.Server.Instance.OpenId.Issued, token => Assert.All(token.Split('.'), part => Assert.DoesNotContain(part, all, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Rekor_1_publishes_the_statement_and_rekor_2_does_not()
    {
        await using SigningSession one = await SigningSession.StartAsync(1), two = await SigningSession.StartAsync(2);
        Assert.True(one.Signer.PublishesStatement);
        Assert.False(two.Signer.PublishesStatement);
        Assert.Equal((48 * 1024 * 1024, int.MaxValue), (one.Signer.MaximumStatementLength, two.Signer.MaximumStatementLength));
    }

    [Fact]
    public async Task Rekor_2_without_a_timestamp_authority_is_refused_before_anything_is_contacted()
    {
        await using SigningSession session = await SigningSession.StartAsync(2);
        SigningConfig config = session.Options.SigningConfig with { TimestampAuthorities = [] };
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => session.With(options => options with { SigningConfig = config }));
        Assert.Equal("SigningServiceMissing", refusal.Definition.Id);
        Assert.Empty(session.Server.Requests);
    }

    [Fact]
    public async Task A_token_does_not_travel_over_plain_http()
    {
        await using SigningSession session = await SigningSession.StartAsync();
        SigstoreService authority = session.Options.SigningConfig.CertificateAuthorities[0] with { Url = new Uri("http://fulcio.sigstore.invalid") };
        session.With(options => options with { SigningConfig = options.SigningConfig with { CertificateAuthorities = [authority] } });
        Assert.Equal("ServiceInsecure", session.Refusal().Definition.Id);
    }

    [Fact]
    public async Task Cancelling_ends_the_signing()
    {
        await using SigningSession session = await SigningSession.StartAsync();
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        Assert.ThrowsAny<OperationCanceledException>(() => session.Signer.Sign(SigningSession.Statement, cancelled.Token));
    }

    private sealed class MovableClock : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow + Offset;
    }
}
