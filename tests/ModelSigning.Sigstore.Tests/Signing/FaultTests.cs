using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Http;
using ModelSigning.Sigstore.Tests.Identity;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Sigstore.Tests.Signing;

/// <summary>Everything that a service can do wrong: noticed before a bundle exists, and named.</summary>
public sealed class FaultTests
{
    public static TheoryData<Fault, string> FaultsOfBothVersions => new()
    {
        { Fault.FulcioRefuses, "FulcioRefused" },
        { Fault.FulcioFails, "FulcioUnreachable" },
        { Fault.FulcioDrops, "FulcioUnreachable" },
        { Fault.FulcioMalformed, "FulcioAnswerInvalid" },
        { Fault.FulcioTooLarge, "FulcioAnswerInvalid" },
        { Fault.FulcioRedirects, "FulcioRefused" },
        { Fault.CertificateOtherKey, "FulcioCertificateKey" },
        { Fault.CertificateOtherIdentity, "FulcioCertificateIdentity" },
        { Fault.CertificateOtherIssuer, "FulcioCertificateIssuer" },
        { Fault.CertificateUnknownAuthority, "FulcioCertificateUntrusted" },
        { Fault.CertificateExpired, "FulcioCertificateTime" },
        { Fault.CertificateNotForCodeSigning, "FulcioCertificateProfile" },
        { Fault.SctMissing, "FulcioCertificateUnlogged" },
        { Fault.SctInvalid, "FulcioCertificateTransparency" },
        { Fault.SctUnknownLog, "FulcioCertificateLogUnknown" },
        { Fault.SctDetached, "FulcioTimestampDetached" },
        { Fault.RekorRefuses, "RekorRefused" },
        { Fault.RekorFails, "RekorUnreachable" },
        { Fault.RekorDrops, "RekorUnreachable" },
        { Fault.RekorMalformed, "RekorAnswerInvalid" },
        { Fault.RekorOtherEntry, "RekorEntryOther" },
        { Fault.RekorOtherLog, "RekorLogUnknown" },
        { Fault.CheckpointInvalid, "RekorCheckpointInvalid" },
        { Fault.CheckpointMissing, "RekorEntryIncomplete" },
        { Fault.CheckpointOtherRoot, "RekorCheckpointInvalid" },
        { Fault.ProofInvalid, "RekorProofInvalid" },
        { Fault.ProofMissing, "RekorEntryIncomplete" },
        { Fault.TimestampRejected, "TimestampServerRefused" },
        { Fault.TimestampFails, "TimestampServerRefused" },
        { Fault.TimestampDrops, "TimestampServerUnreachable" },
        { Fault.TimestampMalformed, "TimestampMalformed" },
        { Fault.TimestampOtherImprint, "TimestampImprintMismatch" },
        { Fault.TimestampOtherNonce, "TimestampNonceMismatch" },
        { Fault.TimestampNoNonce, "TimestampNonceMismatch" },
        { Fault.TimestampUnknownAuthority, "TimestampAuthorityUntrusted" },
        { Fault.TimestampInvalid, "TimestampSignatureInvalid" },
        { Fault.TimestampLate, "SigningTimeOutsideCertificate" },
    };

    public static TheoryData<Fault, string> FaultsOfRekor1 => new()
    {
        { Fault.SetInvalid, "RekorPromiseInvalid" },
        { Fault.SetMissing, "RekorEntryIncomplete" },
        { Fault.EntryTimeLate, "SigningTimeOutsideCertificate" },
        { Fault.RekorConflictOtherEntry, "RekorEntryOther" },
        { Fault.RekorConflictWithoutEntry, "RekorConflict" },
    };

    [Theory]
    [MemberData(nameof(FaultsOfBothVersions))]
    [MemberData(nameof(FaultsOfRekor1))]
    public async Task With_rekor_1(Fault fault, string id) => await RefusesAsync(1, fault, id);

    [Theory]
    [MemberData(nameof(FaultsOfBothVersions))]
    public async Task With_rekor_2(Fault fault, string id) => await RefusesAsync(2, fault, id);

    [Theory]
    [InlineData(Fault.FulcioFailsOnce, "POST /api/v2/signingCert")]
    [InlineData(Fault.RekorFailsOnce, "POST /api/v1/log/entries")]
    [InlineData(Fault.RekorBusyOnce, "POST /api/v1/log/entries")]
    public async Task A_service_that_fails_once_is_asked_again(Fault fault, string request)
    {
        await using SigningSession session = await SigningSession.StartAsync(1, null, fault);
        session.Verifier().VerifyEnvelope(session.Signer.Sign(SigningSession.Statement, default));
        Assert.Equal(2, session.Server.Requests.Count(sent => sent == request));
    }

    [Fact]
    public async Task What_cannot_be_different_the_next_time_is_not_asked_again()
    {
        await using SigningSession session = await SigningSession.StartAsync(1, null, Fault.FulcioRefuses);
        session.Refusal();
        Assert.Single(session.Server.Requests, request => request == "POST /api/v2/signingCert");
    }

    [Fact]
    public async Task An_entry_whose_answer_was_lost_is_fetched_and_used()
    {
        await using SigningSession session = await SigningSession.StartAsync(1, null, Fault.RekorDropsAnswerOnce);
        int before = session.Server.Instance.Rekor1.Size;
        session.Verifier().VerifyEnvelope(session.Signer.Sign(SigningSession.Statement, default));
        Assert.Equal(before + 1, session.Server.Instance.Rekor1.Size);
        Assert.Contains(session.Server.Requests, request => request.StartsWith("GET /api/v1/log/entries/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_entry_that_exists_already_is_used()
    {
        await using SigningSession session = await SigningSession.StartAsync(1, null, Fault.RekorConflict);
        session.Verifier().VerifyEnvelope(session.Signer.Sign(SigningSession.Statement, default));
    }

    [Fact]
    public async Task After_a_fault_the_same_signer_signs()
    {
        await using SigningSession session = await SigningSession.StartAsync(1, null, Fault.RekorDrops);
        session.Refusal();
        session.Server.Instance.Faults.Set();
        Bundle bundle = session.Signer.Sign(SigningSession.Statement, default);
        session.Verifier().VerifyEnvelope(bundle);
        Assert.Single(session.Server.Requests, request => request == "POST /api/v2/signingCert");
    }

    [Fact]
    public async Task Services_that_take_too_long_together_end_the_signing()
    {
        await using SigningSession session = await SigningSession.StartAsync();
        using ServiceClient client = new(Identities.Policy with { SigningDeadline = TimeSpan.Zero });
        session.With(options => options with { Client = client });
        Assert.Equal("SigstoreSigningTimeout", session.Refusal().Definition.Id);
    }

    [Fact]
    public async Task The_error_names_the_service_and_its_reason()
    {
        await using SigningSession session = await SigningSession.StartAsync(1, null, Fault.FulcioRefuses);
        ModelSigningException refusal = session.Refusal();
        Assert.Contains("certificate authority (Fulcio)", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("the identity is not allowed here", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(session.Server.Address.ToString(), refusal.Target!, StringComparison.Ordinal);
    }

    private static async Task RefusesAsync(int rekorVersion, Fault fault, string id)
    {
        await using SigningSession session = await SigningSession.StartAsync(rekorVersion, null, fault);
        Assert.Equal(id, session.Refusal().Definition.Id);
    }
}
