using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Identity;
using ModelSigning.Sigstore.Identity.Ambient;
using ModelSigning.Testing;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Sigstore.Tests.Identity;

public sealed class AmbientTests
{
    [Fact]
    public async Task A_github_job_gets_a_token_for_the_audience()
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        using IdentityToken token = Identities.Get(new IdentityOptions { Environment = GitHub(server) }, null);
        Assert.Equal("https://github.com/" + OpenIdProvider.WorkflowReference, token.Claims.Display);
        Assert.Equal(["sigstore"], token.Claims.Audiences);
        Assert.Equal("GitHub Actions", token.Source);
    }

    [Fact]
    public void A_github_job_without_the_permission_is_told_which_one()
    {
        ModelSigningException refusal = Identities.Refusal(new IdentityOptions { Environment = Identities.Environment(("GITHUB_ACTIONS", "true")) });
        Assert.Equal("AmbientTokenUnavailable", refusal.Definition.Id);
        Assert.Contains("id-token: write", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Fault.AmbientRefuses, "AmbientServiceRefused")]
    [InlineData(Fault.AmbientMalformed, "AmbientAnswerInvalid")]
    [InlineData(Fault.TokenOtherAudience, "IdentityTokenAudience")]
    [InlineData(Fault.TokenExpired, "IdentityTokenExpired")]
    [InlineData(Fault.TokenMalformed, "IdentityTokenMalformed")]
    public async Task A_fault_of_the_token_service_has_its_own_error(Fault fault, string id)
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        server.Instance.Faults.Set(fault);
        ModelSigningException refusal = Identities.Refusal(new IdentityOptions { Environment = GitHub(server) });
        Assert.Equal(id, refusal.Definition.Id);
        Assert.DoesNotContain(server.Instance.OpenId.AmbientBearer, refusal.ToString(), StringComparison.Ordinal);
        Assert.All(server.Instance.OpenId.Issued, token => Assert.DoesNotContain(token, refusal.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_token_service_that_is_not_there_is_an_error_and_nobody_is_asked()
    {
        using SimulatedPerson person = new();
        AmbientEnvironment environment = Identities.Environment(
            ("ACTIONS_ID_TOKEN_REQUEST_URL", "http://127.0.0.1:1/token"), ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "bearer"));
        ModelSigningException refusal = Identities.Refusal(new IdentityOptions { Environment = environment, Interaction = person }, "http://127.0.0.1:1");
        Assert.Equal("AmbientServiceUnreachable", refusal.Definition.Id);
        Assert.Empty(person.Shown);
    }

    [Fact]
    public void A_bearer_token_does_not_travel_over_plain_http()
    {
        AmbientEnvironment environment = Identities.Environment(
            ("ACTIONS_ID_TOKEN_REQUEST_URL", "http://sigstore.invalid/token"), ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "bearer"));
        Assert.Equal("ServiceInsecure", Identities.Refusal(new IdentityOptions { Environment = environment }).Definition.Id);
    }

    [Fact]
    public void A_gitlab_job_without_a_token_is_told_how_to_get_one()
    {
        ModelSigningException refusal = Identities.Refusal(new IdentityOptions { Environment = Identities.Environment(("GITLAB_CI", "true")) });
        Assert.Equal("AmbientTokenUnavailable", refusal.Definition.Id);
        Assert.Contains("aud: sigstore", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_google_machine_asks_its_metadata_server()
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        using TemporaryFolder folder = new();
        string token = server.Instance.OpenId.MintPerson();
        await using LoopbackServer metadata = await LoopbackServer.StartAsync(context =>
            context.Request.Headers["Metadata-Flavor"] == "Google" && context.Request.Path == "/computeMetadata/v1/instance/service-accounts/default/identity"
                ? LoopbackServer.AnswerAsync(context, 200, "text/plain", System.Text.Encoding.ASCII.GetBytes(token))
                : LoopbackServer.AnswerAsync(context, 403, "text/plain", default));
        AmbientEnvironment environment = Identities.Environment() with
        {
            ProductNameFile = folder.Write("product_name", "Google Compute Engine\n"),
            MetadataServer = metadata.Address,
        };
        using IdentityToken got = Identities.Get(new IdentityOptions { Environment = environment }, null);
        Assert.Equal(token, got.Text());
    }

    [Fact]
    public async Task A_google_job_impersonates_the_service_account_that_it_names()
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        string token = server.Instance.OpenId.MintPerson(), asked = "";
        await using LoopbackServer google = await LoopbackServer.StartAsync(async context =>
        {
            if (context.Request.Path == "/computeMetadata/v1/instance/service-accounts/default/token")
            {
                await LoopbackServer.AnswerAsync(context, 200, "application/json", """{"access_token":"ya29","expires_in":60}"""u8.ToArray());
                return;
            }

            asked = $"{context.Request.Path} {context.Request.Headers.Authorization} {System.Text.Encoding.UTF8.GetString(await LoopbackServer.ReadBodyAsync(context))}";
            await LoopbackServer.AnswerAsync(context, 200, "application/json", System.Text.Encoding.ASCII.GetBytes($$"""{"token":"{{token}}"}"""));
        });
        AmbientEnvironment environment = Identities.Environment(("GOOGLE_SERVICE_ACCOUNT_NAME", "signer@project.iam")) with
        {
            MetadataServer = google.Address,
            CredentialsService = google.Address,
        };
        using IdentityToken got = Identities.Get(new IdentityOptions { Environment = environment }, null);
        Assert.Equal(token, got.Text());
        Assert.Equal("""/v1/projects/-/serviceAccounts/signer@project.iam:generateIdToken Bearer ya29 {"audience":"sigstore","includeEmail":true}""", asked);
    }

    [Theory]
    [InlineData("BUILDKITE", "buildkite-agent oidc request-token --audience sigstore")]
    [InlineData("CIRCLECI", """circleci run oidc get --root-issuer --claims {"aud":"sigstore"}""")]
    public async Task A_service_with_a_program_is_asked_by_it(string variable, string command)
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        string token = server.Instance.OpenId.MintWorkflow(), ran = "";
        AmbientEnvironment environment = Identities.Environment((variable, "true")) with
        {
            Run = (program, arguments, _) =>
            {
                ran = program + " " + string.Join(' ', arguments);
                return token + "\n";
            },
        };
        using IdentityToken got = Identities.Get(new IdentityOptions { Environment = environment }, null);
        Assert.Equal(command, ran);
        Assert.Equal(token, got.Text());
    }

    [Fact]
    public void A_program_that_is_not_installed_is_an_error()
    {
        AmbientEnvironment environment = Identities.Environment() with { Run = new AmbientEnvironment().Run };
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => environment.Run("no-such-program-of-this-test", [], default));
        Assert.Equal("AmbientTokenUnavailable", refusal.Definition.Id);
    }

    [Fact]
    public async Task A_projected_token_file_is_read()
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        using TemporaryFolder folder = new();
        string token = server.Instance.OpenId.MintWorkflow();
        AmbientEnvironment environment = Identities.Environment() with { ProjectedTokenFile = folder.Write("oidc-token", token + "\n") };
        using IdentityToken got = Identities.Get(new IdentityOptions { Environment = environment }, null);
        Assert.Equal(token, got.Text());
    }

    [Fact]
    public async Task The_explicit_token_comes_before_the_variable_and_the_variable_before_the_service()
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        string given = server.Instance.OpenId.MintPerson(), variable = server.Instance.OpenId.MintPerson();
        AmbientEnvironment environment = Identities.Environment([.. server.AmbientVariables.Select(pair => (pair.Key, pair.Value)), ("SIGSTORE_ID_TOKEN", variable)]);
        using IdentityToken first = Identities.Get(new IdentityOptions { Token = given.ToCharArray(), Environment = environment }, null);
        using IdentityToken second = Identities.Get(new IdentityOptions { Environment = environment }, null);
        Assert.Equal(given, first.Text());
        Assert.Equal(variable, second.Text());
        Assert.Empty(server.Requests);
    }

    private static AmbientEnvironment GitHub(SigstoreServer server) =>
        Identities.Environment([.. server.AmbientVariables.Select(pair => (pair.Key, pair.Value))]);
}
