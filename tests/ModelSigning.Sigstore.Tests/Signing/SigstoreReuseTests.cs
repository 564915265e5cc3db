using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Http;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Signing;
using ModelSigning.Sigstore.Identity;
using ModelSigning.Sigstore.Identity.Interactive;
using ModelSigning.Sigstore.Signing;
using ModelSigning.Sigstore.Tests.Identity;
using ModelSigning.Testing;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Sigstore.Tests.Signing;

/// <summary>Models that are signed again with an identity, and not hashed again.</summary>
public sealed class SigstoreReuseTests : IDisposable
{
    private const string Publication = "POST /api/v1/log/entries";

    private readonly TemporaryFolder _folder = new();

    public SigstoreReuseTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no records of files.");
        _folder.Write("model/weights.bin", "weights");
        _folder.Write("model/card.md", "one");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Only_what_changed_is_hashed_where_the_same_identity_signed_before(int rekorVersion)
    {
        await using SigningSession session = await SigningSession.StartAsync(rekorVersion);
        Sign(session.Signer);
        _folder.Write("model/card.md", "two");
        Assert.Equal(["weights.bin"], Sign(session.With(options => options), again: true).ReusedFiles);
        session.Verifier().VerifyEnvelope(BundleReader.Read(_folder["model.sig"], default));
    }

    [Theory]
    [InlineData("another person")]
    [InlineData("another connector")]
    [InlineData("a key")]
    public async Task A_signature_by_another_identity_is_refused_before_anything_is_published(string by)
    {
        using SimulatedPerson person = new();
        await using SigningSession session = await SigningSession.StartAsync(1, _ => Interactive(person));
        OpenIdProvider provider = session.Server.Instance.OpenId;
        using EcPrivateKey key = EcPrivateKey.Generate(EcCurve.P256);
        Sign(by == "a key" ? new KeySigner(key) : session.Signer);
        int published = session.Server.Requests.Count(request => request == Publication);
        provider.Person = by == "another person" ? ("mallory@sigstore.test", OpenIdProvider.ConnectorId) : by == "another connector" ? (provider.Person.Email, "https://other.test") : provider.Person;
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Sign(session.With(options => options), again: true));
        Assert.Equal("ReuseRefused", refusal.Definition.Id);
        Assert.Equal(published, session.Server.Requests.Count(request => request == Publication));
    }

    [Fact]
    public async Task Nobody_is_asked_to_sign_in_for_a_signature_that_does_not_exist()
    {
        using SimulatedPerson person = new();
        await using SigningSession session = await SigningSession.StartAsync(1, _ => Interactive(person));
        Sign(session.Signer);
        File.Delete(_folder["model.sig"]);
        SigstoreSigner signer = session.With(options => options);
        int requests = session.Server.Requests.Count;
        Assert.Equal("ReuseRefused", Assert.Throws<ModelSigningException>(() => Sign(signer, again: true)).Definition.Id);
        Assert.Equal(requests, session.Server.Requests.Count);
    }

    [Theory]
    [InlineData("alice@sigstore.test", true)]
    [InlineData("mallory@sigstore.test", false)]
    public async Task A_later_certificate_signs_what_was_taken_from_a_signature_only_if_it_is_of_the_same_identity(string later, bool isSigned)
    {
        using SimulatedPerson person = new();
        await using SigningSession session = await SigningSession.StartAsync(1, _ => Interactive(person));
        MovableClock clock = new();
        using ServiceClient client = new(Identities.Policy with { Clock = clock });
        SigstoreSigner signer = session.With(options => options with { Client = client });
        _ = signer.MakeOwnVerifier(default);
        clock.Offset = TimeSpan.FromMinutes(8);
        session.Server.Instance.OpenId.Person = (later, OpenIdProvider.ConnectorId);
        Assert.Equal(isSigned ? null : "SigningIdentityChanged", (Record.Exception(() => signer.Sign(SigningSession.Statement, default)) as ModelSigningException)?.Definition.Id);
        Assert.Equal(isSigned, session.Server.Requests.Contains(Publication));
    }

    private static IdentityOptions Interactive(SimulatedPerson person) => new() { Interaction = person, Flow = SignInFlow.Browser, Environment = Identities.Environment() };

    // An hour later, when no file has changed just now.
    private SigningResult Sign(ISigner signer, bool again = false) => ModelSigner.Sign(
        new()
        {
            ModelPath = _folder["model"],
            CurrentDirectory = _folder.FullPath,
            Signer = signer,
            Hashing = new() { Device = new CpuHashDevice(), Threads = 1 },
            SignaturePath = _folder["model.sig"],
            ManifestPath = _folder["model.manifest.jsonl"],
            Earlier = again ? new(_folder["model.manifest.jsonl"], _folder["model.sig"]) : null,
            Force = true,
            Clock = new MovableClock { Offset = TimeSpan.FromHours(1) },
        },
        CancellationToken.None);

    private sealed class MovableClock : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow + Offset;
    }
}
