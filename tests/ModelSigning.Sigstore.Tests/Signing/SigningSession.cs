using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Http;
using ModelSigning.Sigstore.Identity;
using ModelSigning.Sigstore.Signing;
using ModelSigning.Sigstore.Tests.Identity;
using ModelSigning.Sigstore.Trust;
using ModelSigning.Sigstore.Verifying;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Sigstore.Tests.Signing;

/// <summary>A signer on a private instance of the test's own, and a verifier that trusts its person.</summary>
internal sealed class SigningSession : IAsyncDisposable
{
    public static readonly byte[] Statement = Encoding.UTF8.GetBytes(
        """{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"model","digest":{"sha256":"0d5a7e"}}],"predicateType":"https://model_signing/signature/v1.0","predicate":{}}""");

    private readonly ServiceClient _client = new(Identities.Policy);

    private SigningSession(SigstoreServer server, IdentityOptions identity, int rekorVersion)
    {
        Server = server;
        Root = TrustedRootReader.Parse(CanonicalJson.File(server.Instance.TrustedRoot()), "the test's root");
        Options = new SigstoreSignerOptions
        {
            SigningConfig = SigningConfigReader.Parse(CanonicalJson.File(server.Instance.SigningConfig(rekorVersion)), "the test's configuration"),
            TrustedRoot = Root,
            Tokens = new IdentityTokenProvider(identity, _client),
            Client = _client,
            Report = Reported.Add,
        };
        Signer = new SigstoreSigner(Options);
    }

    public SigstoreServer Server { get; }

    public TrustedRoot Root { get; }

    public SigstoreSignerOptions Options { get; }

    public SigstoreSigner Signer { get; private set; }

    public List<string> Reported { get; } = [];

    public static async Task<SigningSession> StartAsync(int rekorVersion = 1, Func<SigstoreServer, IdentityOptions>? identity = null, params Fault[] faults)
    {
        SigstoreServer server = await SigstoreServer.StartAsync();
        SigningSession session = new(server, identity?.Invoke(server) ?? Person(server), rekorVersion);
        server.Instance.Faults.Set(faults);
        return session;
    }

    public static IdentityOptions Person(SigstoreServer server) =>
        new() { Token = server.Instance.OpenId.MintPerson().ToCharArray(), Environment = Identities.Environment() };

    public static IdentityOptions Workflow(SigstoreServer server) =>
        new() { Environment = Identities.Environment([.. server.AmbientVariables.Select(pair => (pair.Key, pair.Value))]) };

    /// <summary>Another signer with changed options.</summary>
    public SigstoreSigner With(Func<SigstoreSignerOptions, SigstoreSignerOptions> change)
    {
        Signer.Dispose();
        return Signer = new SigstoreSigner(change(Options));
    }

    public SigstoreVerifier Verifier(string identity = "alice@sigstore.test", string issuer = OpenIdProvider.ConnectorId) =>
        new(Root, new VerificationPolicy { Signer = new IdentityPolicy { Identity = identity, Issuer = issuer } });

    /// <summary>The refusal of signing; nothing of any token is in it.</summary>
    public ModelSigningException Refusal()
    {
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Signer.Sign(Statement, default));
        Assert.All(Server.Instance.OpenId.Issued, token => Assert.All(token.Split('.'), part => Assert.DoesNotContain(part, refusal.ToString(), StringComparison.Ordinal)));
        return refusal;
    }

    public async ValueTask DisposeAsync()
    {
        Signer.Dispose();
        _client.Dispose();
        await Server.DisposeAsync();
    }
}
