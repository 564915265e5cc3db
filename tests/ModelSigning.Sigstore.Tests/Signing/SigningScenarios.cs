using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Http;
using ModelSigning.Sigstore.Identity;
using ModelSigning.Sigstore.Identity.Interactive;
using ModelSigning.Sigstore.Signing;
using ModelSigning.Sigstore.Tests.Identity;
using ModelSigning.Sigstore.Trust;
using ModelSigning.Sigstore.Verifying;
using ModelSigning.Testing;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Sigstore.Tests.Signing;

/// <summary>What signing must do on any instance.</summary>
public abstract class SigningScenarios
{
    public static TheoryData<string, string> Faults => new()
    {
        { "sct-bad-signature", "FulcioCertificateTransparency" },
        { "sct-missing", "FulcioCertificateUnlogged" },
        { "cert-wrong-key", "FulcioCertificateKey" },
        { "cert-wrong-san", "FulcioCertificateIdentity" },
        { "cert-untrusted-ca", "FulcioCertificateUntrusted" },
        { "cert-expired", "FulcioCertificateTime" },
        { "rekor-bad-set", "RekorPromiseInvalid" },
        { "rekor-bad-checkpoint", "RekorCheckpointInvalid" },
        { "rekor-bad-proof", "RekorProofInvalid" },
        { "rekor-other-entry", "RekorEntryOther" },
        { "rekor-conflict", "RekorConflict" },
        { "rekor-error", "RekorUnreachable" },
        { "tsa-wrong-imprint", "TimestampImprintMismatch" },
        { "tsa-wrong-nonce", "TimestampNonceMismatch" },
        { "tsa-rejects", "TimestampServerRefused" },
        { "tsa-untrusted", "TimestampAuthorityUntrusted" },
        { "token-bad-audience", "IdentityTokenAudience" },
    };

    protected abstract Task<IScenarioInstance> StartAsync();

    [Theory]
    [InlineData(1, "dsse 0.0.1")]
    [InlineData(2, "hashedrekord 0.0.2")]
    public async Task A_person_signs_a_statement(int rekorVersion, string kind)
    {
        await using IScenarioInstance instance = await StartAsync();
        Bundle bundle = Sign(instance, rekorVersion, await PersonAsync(instance), signer => signer.Sign(SigningSession.Statement, default));
        SigstoreVerification verification = Verifier(instance, instance.Person).VerifyEnvelope(bundle);
        Assert.Equal(kind, Assert.Single(verification.LogEntries).Kind);
    }

    [Theory]
    [InlineData(1, "hashedrekord 0.0.1")]
    [InlineData(2, "hashedrekord 0.0.2")]
    public async Task A_person_signs_a_file(int rekorVersion, string kind)
    {
        await using IScenarioInstance instance = await StartAsync();
        using TemporaryFolder folder = new();
        FileArtifact file = new(folder.Write("weights.bin", "weights"));
        Bundle bundle = Sign(instance, rekorVersion, await PersonAsync(instance), signer => signer.SignMessage(file, default));
        SigstoreVerification verification = Verifier(instance, instance.Person).Verify(bundle, file);
        Assert.Equal(kind, Assert.Single(verification.LogEntries).Kind);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_workflow_signs(int rekorVersion)
    {
        await using IScenarioInstance instance = await StartAsync();
        IdentityOptions workflow = new() { Environment = Identities.Environment([.. instance.AmbientVariables.Select(pair => (pair.Key, pair.Value))]) };
        Bundle bundle = Sign(instance, rekorVersion, workflow, signer => signer.Sign(SigningSession.Statement, default));
        Verifier(instance, ("https://github.com/" + OpenIdProvider.WorkflowReference, instance.OpenIdIssuer)).VerifyEnvelope(bundle);
    }

    [Theory]
    [MemberData(nameof(SignInTests.Flows), MemberType = typeof(SignInTests))]
    public async Task A_person_signs_in_and_signs(SignInFlow flow)
    {
        await using IScenarioInstance instance = await StartAsync();
        using SimulatedPerson person = new();
        IdentityOptions options = new() { Flow = flow, Interaction = person, Environment = Identities.Environment(), SignInTimeout = TimeSpan.FromSeconds(30) };
        Bundle bundle = Sign(instance, 1, options, signer => signer.Sign(SigningSession.Statement, default));
        Verifier(instance, instance.Person).VerifyEnvelope(bundle);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_is_noticed_before_there_is_a_bundle(string fault, string id)
    {
        await using IScenarioInstance instance = await StartAsync();
        await instance.SetFaultsAsync(fault);
        IdentityOptions person = await PersonAsync(instance);
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Sign(instance, 1, person, signer => signer.Sign(SigningSession.Statement, default)));
        Assert.Equal(id, refusal.Definition.Id);
        Assert.All(new string(person.Token!).Split('.'), part => Assert.DoesNotContain(part, refusal.ToString(), StringComparison.Ordinal));
    }

    protected static async Task<IdentityOptions> PersonAsync(IScenarioInstance instance) =>
        new() { Token = (await instance.PersonTokenAsync()).ToCharArray(), Environment = Identities.Environment() };

    protected static Bundle Sign(IScenarioInstance instance, int rekorVersion, IdentityOptions identity, Func<SigstoreSigner, Bundle> sign)
    {
        using ServiceClient client = new(Identities.Policy);
        using SigstoreSigner signer = new(new SigstoreSignerOptions
        {
            SigningConfig = SigningConfigReader.Parse(instance.SigningConfig(rekorVersion), "the instance's configuration"),
            TrustedRoot = TrustedRootReader.Parse(instance.TrustedRoot, "the instance's root"),
            Tokens = new IdentityTokenProvider(identity, client),
            Client = client,
        });
        return sign(signer);
    }

    protected static SigstoreVerifier Verifier(IScenarioInstance instance, (string Name, string Issuer) signer) => new(
        TrustedRootReader.Parse(instance.TrustedRoot, "the instance's root"),
        new VerificationPolicy { Signer = new IdentityPolicy { Identity = signer.Name, Issuer = signer.Issuer } });
}

/// <summary>The scenarios on our instance.</summary>
public sealed class InProcessScenarios : SigningScenarios
{
    protected override async Task<IScenarioInstance> StartAsync() => new InProcessInstance(await SigstoreServer.StartAsync());
}

/// <summary>The scenarios on the independent instance, and sigstore-js as the judge of our bundles and the maker of others.</summary>
public sealed class IndependentScenarios : SigningScenarios
{
    protected override Task<IScenarioInstance> StartAsync() => Task.FromResult<IScenarioInstance>(new IndependentInstance());

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public async Task Sigstore_js_accepts_our_bundles(int rekorVersion, bool isStatement)
    {
        await using IndependentInstance instance = new();
        using TemporaryFolder folder = new();
        string artifact = folder.Write("weights.bin", "weights");
        string digest = Convert.ToHexStringLower(SHA256.HashData("weights"u8));
        byte[] statement = CanonicalJson.File(new JsonObject
        {
            ["_type"] = "https://in-toto.io/Statement/v1",
            ["subject"] = new JsonArray(new JsonObject { ["name"] = "weights.bin", ["digest"] = new JsonObject { ["sha256"] = digest } }),
            ["predicateType"] = "https://example.test/predicate",
            ["predicate"] = new JsonObject(),
        });
        Bundle bundle = Sign(instance, rekorVersion, await PersonAsync(instance),
            signer => isStatement ? signer.Sign(statement, default) : signer.SignMessage(new FileArtifact(artifact), default));
        string file = folder.Write("bundle.json", BundleWriter.Write(bundle));
        string verdict = await instance.RunAsync("verify-bundle.js", "verify-bundle", "--bundle", file, "--certificate-identity", instance.Person.Name,
            "--certificate-oidc-issuer", instance.Person.Issuer, "--trusted-root", instance["out/trusted_root.json"], artifact);
        Assert.Equal("verified", verdict.Trim());
    }

    [Fact]
    public async Task We_accept_the_bundles_of_sigstore_js()
    {
        await using IndependentInstance instance = new();
        await instance.RunAsync("sign-verify.js", instance["out"]);
        string[] bundles = Directory.GetFiles(instance["out/bundles"]);
        FileArtifact artifact = new(instance["out/artifact"]);
        int accepted = 0;
        foreach (string file in bundles)
        {
            bool workflow = file.Contains("workflow", StringComparison.Ordinal);
            (string, string) signer = workflow ? ("https://github.com/" + OpenIdProvider.WorkflowReference, instance.OpenIdIssuer) : instance.Person;
            Bundle bundle = BundleReader.Read(file);
            if (bundle.VerificationMaterial.TlogEntries[0] is { Kind: "dsse", KindVersion: "0.0.2" })
            {
                // A kind that the public log has dropped and that only sigstore-js still writes: refused by its own code.
                Assert.Equal("LOG-BODY", Assert.Throws<ModelSigningException>(() => Verifier(instance, signer).Verify(bundle, artifact)).Definition.Id);
                continue;
            }

            Verifier(instance, signer).Verify(bundle, artifact);
            accepted++;
        }

        Assert.Equal(5, accepted);
        Assert.Equal(7, bundles.Length);
    }
}
