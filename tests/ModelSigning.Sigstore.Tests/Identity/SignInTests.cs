using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Identity;
using ModelSigning.Sigstore.Identity.Interactive;
using ModelSigning.Testing;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Sigstore.Tests.Identity;

public sealed class SignInTests
{
    public static TheoryData<SignInFlow> Flows => [SignInFlow.Browser, SignInFlow.OutOfBand, SignInFlow.Device];

    [Theory]
    [MemberData(nameof(Flows))]
    public async Task A_person_signs_in(SignInFlow flow)
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        using SimulatedPerson person = new();
        using IdentityToken token = Identities.Get(Options(flow, person), server.Instance.OpenId.Issuer);
        Assert.Equal("alice@sigstore.test", token.Claims.Email);
        Assert.Equal(["sigstore"], server.Instance.OpenId.Clients);
        Assert.All(person.Shown, line => Assert.DoesNotContain(token.Text(), line, StringComparison.Ordinal));
        Assert.DoesNotContain(token.Text(), await person.Page, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Flows))]
    public async Task A_client_of_ones_own_brings_its_secret(SignInFlow flow)
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        server.Instance.OpenId.ClientSecret = "s3cret & more";
        using SimulatedPerson person = new();
        IdentityOptions options = Options(flow, person) with { ClientId = "sigstore", ClientSecret = "s3cret & more".ToCharArray() };
        using IdentityToken token = Identities.Get(options, server.Instance.OpenId.Issuer);
        Assert.Equal("alice@sigstore.test", token.Claims.Email);

        ModelSigningException refusal = Identities.Refusal(options with { ClientSecret = "wr0ng".ToCharArray() }, server.Instance.OpenId.Issuer);
        Assert.Equal("IdentityProviderRefused", refusal.Definition.Id);
        Assert.DoesNotContain("wr0ng", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_no_browser_can_be_started_the_address_is_shown()
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        using SimulatedPerson person = new() { HasBrowser = false };
        using IdentityToken token = Identities.Get(Options(SignInFlow.Browser, person), server.Instance.OpenId.Issuer);
        Assert.Contains(server.Instance.OpenId.Issuer, Assert.Single(person.Shown), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SignInFlow.Browser, Fault.OidcRefuses, "IdentityProviderRefused")]
    [InlineData(SignInFlow.Browser, Fault.TokenOtherNonce, "IdentityTokenNonce")]
    [InlineData(SignInFlow.OutOfBand, Fault.TokenOtherNonce, "IdentityTokenNonce")]
    [InlineData(SignInFlow.Browser, Fault.OidcNoToken, "IdentityProviderAnswerInvalid")]
    [InlineData(SignInFlow.Device, Fault.OidcNoToken, "IdentityProviderAnswerInvalid")]
    [InlineData(SignInFlow.Browser, Fault.OidcFails, "IdentityProviderUnreachable")]
    [InlineData(SignInFlow.OutOfBand, Fault.OidcOtherIssuer, "IdentityProviderUnreachable")]
    [InlineData(SignInFlow.Device, Fault.OidcOtherIssuer, "IdentityProviderUnreachable")]
    [InlineData(SignInFlow.Device, Fault.DeviceExpires, "SignInTimeout")]
    [InlineData(SignInFlow.Device, Fault.DeviceRefuses, "IdentityProviderRefused")]
    [InlineData(SignInFlow.Browser, Fault.TokenExpired, "IdentityTokenExpired")]
    [InlineData(SignInFlow.OutOfBand, Fault.TokenOtherAudience, "IdentityTokenAudience")]
    [InlineData(SignInFlow.Device, Fault.TokenEmailNotVerified, "IdentityTokenEmailUnverified")]
    [InlineData(SignInFlow.Browser, Fault.TokenMalformed, "IdentityTokenMalformed")]
    public async Task A_fault_of_the_provider_has_its_own_error(SignInFlow flow, Fault fault, string id)
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        server.Instance.Faults.Set(fault);
        using SimulatedPerson person = new();
        ModelSigningException refusal = Identities.Refusal(Options(flow, person), server.Instance.OpenId.Issuer);
        Assert.Equal(id, refusal.Definition.Id);
        Assert.All(server.Instance.OpenId.Issued, token => Assert.DoesNotContain(token, refusal.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_providers_reason_is_shown()
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        server.Instance.Faults.Set(Fault.OidcRefuses);
        using SimulatedPerson person = new();
        ModelSigningException refusal = Identities.Refusal(Options(SignInFlow.Browser, person), server.Instance.OpenId.Issuer);
        Assert.Contains("access_denied not today", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("The sign-in failed", await person.Page, StringComparison.Ordinal);
        Assert.Contains("refused", await person.Page, StringComparison.Ordinal);
        Assert.DoesNotContain("not today", await person.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_cannot_be_used_is_not_a_success_on_the_page()
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        server.Instance.Faults.Set(Fault.TokenEmailNotVerified);
        using SimulatedPerson person = new();
        Assert.Equal("IdentityTokenEmailUnverified", Identities.Refusal(Options(SignInFlow.Browser, person), server.Instance.OpenId.Issuer).Definition.Id);
        Assert.Contains("has not verified the e-mail address", await person.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_of_another_sign_in_does_not_end_this_one()
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        using SimulatedPerson person = new() { OtherStateFirst = server.Instance.Faults };
        using IdentityToken token = Identities.Get(Options(SignInFlow.Browser, person), server.Instance.OpenId.Issuer);
        Assert.Equal("alice@sigstore.test", token.Claims.Email);
        Assert.Contains("You are signed in", await person.Page, StringComparison.Ordinal);
        Assert.Contains("not the sign-in that PowerShell is waiting for", person.FirstPage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "not a JSON object")]
    [InlineData("3", "not a JSON object")]
    [InlineData("null", null)]
    [InlineData("{}", "no device code")]
    [InlineData("not JSON", null)]
    [InlineData("""{"device_code":"d","user_code":"A","verification_uri":"https://x.example","interval":2147483647}""", "2147483647 seconds")]
    [InlineData("""{"device_code":"d","user_code":["A"],"verification_uri":{"a":1}}""", null)]
    [InlineData("""{"device_code":"d","user_code":"A","verification_uri":"file:///usr/bin/x"}""", "not an https address")]
    [InlineData("""{"device_code":"d","user_code":"A","verification_uri":"http://x.example"}""", "not an https address")]
    [InlineData("""{"device_code":"d","user_code":"A","verification_uri":"https://good.example@x.example"}""", "not an https address")]
    [InlineData("""{"device_code":"d","user_code":"A","verification_uri":"x"}""", "not an https address")]
    [InlineData("""{"device_code":"d","user_code":"A"}""", "not an https address")]
    [InlineData("""{"device_code":"d","user_code":"","verification_uri":"https://x.example"}""", "no device code")]
    public async Task An_odd_answer_of_the_device_endpoint_is_a_refusal(string answer, string? reason)
    {
        await using LoopbackServer provider = await ProviderAsync(answer, """{"error":"expired_token"}""");
        using SimulatedPerson person = new() { IsThere = false };
        ModelSigningException refusal = Identities.Refusal(Options(SignInFlow.Device, person), provider.Address.ToString());
        Assert.StartsWith("IdentityProvider", refusal.Definition.Id, StringComparison.Ordinal);
        Assert.Contains(reason ?? "", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(person.Shown);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("3")]
    [InlineData("{}")]
    [InlineData("""{"id_token":["a"]}""")]
    [InlineData("""{"error":["a"]}""")]
    [InlineData("not JSON")]
    public async Task An_odd_answer_of_the_token_endpoint_is_a_refusal(string answer)
    {
        await using LoopbackServer provider = await ProviderAsync("""{"device_code":"d","user_code":"A","verification_uri":"https://x.example"}""", answer);
        using SimulatedPerson person = new() { IsThere = false };
        string id = Identities.Refusal(Options(SignInFlow.Device, person), provider.Address.ToString()).Definition.Id;
        Assert.StartsWith("Identity", id, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_the_protocols_library_throws_is_a_refusal_of_the_provider_and_a_call_that_was_cancelled_is_none()
    {
        SignInRequest request = new(new Uri("https://id.example"), "sigstore", null, TimeSpan.FromMinutes(1), Identities.Policy);
        async Task<string?> Refusal(Exception thrown, bool isCancelled = false)
        {
            Exception? met = await Record.ExceptionAsync(() => OpenIdClient.GuardedAsync<int>(request, () => throw thrown, new CancellationToken(isCancelled)));
            return (met as ModelSigningException)?.Definition.Id;
        }

        Assert.Equal("IdentityProviderAnswerInvalid", await Refusal(new KeyNotFoundException("id_token")));
        Assert.Equal("IdentityProviderAnswerInvalid", await Refusal(new FormatException("expires_in")));
        Assert.Equal("IdentityProviderUnreachable", await Refusal(new HttpRequestException("closed")));
        Assert.Equal("IdentityProviderUnreachable", await Refusal(new OperationCanceledException()));
        Assert.Null(await Refusal(new OperationCanceledException(), isCancelled: true));
        Assert.Equal("SignInTimeout", await Refusal(SignIn.TimedOut(request)));
    }

    [Fact]
    public async Task What_the_provider_says_is_shown_without_what_would_control_a_terminal()
    {
        const string answer = """{"device_code":"d","user_code":"\u001b[2J\u001b]0;t\u0007AB\u202eCD\u2028","verification_uri":"https://x.example/\u001b[35m\nType your password at evil.example\u202e"}""";
        await using LoopbackServer provider = await ProviderAsync(answer, """{"error":"expired_token"}""");
        using SimulatedPerson person = new() { IsThere = false };
        Assert.Equal("SignInTimeout", Identities.Refusal(Options(SignInFlow.Device, person), provider.Address.ToString()).Definition.Id);
        string shown = Assert.Single(person.Shown);
        Assert.All(shown, character => Assert.True(character is >= ' ' and <= '~'));
        Assert.Contains("AB CD", shown, StringComparison.Ordinal);
        Assert.Contains("https://x.example/%1B[35m%0AType%20your", shown, StringComparison.Ordinal);
    }

    /// <summary>A provider whose device and token endpoints answer with these texts.</summary>
    private static async Task<LoopbackServer> ProviderAsync(string device, string token) => await LoopbackServer.StartAsync(context =>
    {
        string issuer = $"http://{context.Request.Host}";
        string body = context.Request.Path.Value switch
        {
            "/device" => device,
            "/token" => token,
            "/jwks" => """{"keys":[]}""",
            _ => $$"""
                {"issuer":"{{issuer}}","authorization_endpoint":"{{issuer}}/auth","token_endpoint":"{{issuer}}/token","device_authorization_endpoint":"{{issuer}}/device",
                "jwks_uri":"{{issuer}}/jwks","response_types_supported":["code"],"subject_types_supported":["public"],"id_token_signing_alg_values_supported":["ES256"]}
                """,
        };
        return LoopbackServer.AnswerAsync(context, context.Request.Path == "/token" && token.Contains("error", StringComparison.Ordinal) ? 400 : 200,
            "application/json", System.Text.Encoding.UTF8.GetBytes(body));
    });

    [Fact]
    public async Task A_device_that_asks_too_often_asks_less_often()
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        server.Instance.Faults.Set(Fault.DeviceSlowDown);
        List<TimeSpan> pauses = [];
        using SimulatedPerson person = new();
        SignInRequest request = new(new Uri(server.Instance.OpenId.Issuer), "sigstore", null, TimeSpan.FromMinutes(1), Identities.Policy with
        {
            Delay = async (pause, token) =>
            {
                pauses.Add(pause);
                await person.Page.WaitAsync(token);
            },
        });
        using IdentityToken token = SignIn.Run(SignInFlow.Device, request, person, default);
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(6)], pauses);
    }

    [Fact]
    public async Task Nobody_at_the_keyboard_is_not_waited_for_longer_than_the_timeout()
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        using SimulatedPerson person = new() { IsThere = false };
        IdentityOptions options = Options(SignInFlow.Browser, person) with { SignInTimeout = TimeSpan.FromMilliseconds(1) };
        Assert.Equal("SignInTimeout", Identities.Refusal(options, server.Instance.OpenId.Issuer).Definition.Id);
        Assert.Equal("SignInTimeout", Identities.Refusal(Options(SignInFlow.OutOfBand, person), server.Instance.OpenId.Issuer).Definition.Id);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait()
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        using CancellationTokenSource cancelled = new();
        using SimulatedPerson person = new()
        {
            Redirects = address =>
            {
                cancelled.Cancel();
                return address;
            },
        };
        Assert.ThrowsAny<OperationCanceledException>(() => Identities.Get(Options(SignInFlow.Browser, person), server.Instance.OpenId.Issuer, cancelled.Token));
    }

    [Theory]
    [InlineData("CI", "true")]
    [InlineData("TF_BUILD", "True")]
    [InlineData("JENKINS_URL", "https://jenkins.test")]
    public void A_ci_job_does_not_prompt_and_the_error_says_what_was_tried(string variable, string value)
    {
        using SimulatedPerson person = new();
        ModelSigningException refusal = Identities.Refusal(
            new IdentityOptions { Interaction = person, Environment = Identities.Environment((variable, value)) }, "https://issuer.sigstore.invalid");
        Assert.Equal("IdentityTokenMissing", refusal.Definition.Id);
        foreach (string tried in new[] { "-IdentityToken", "SIGSTORE_ID_TOKEN", "GitHub Actions", "GitLab", "Google Cloud", "Buildkite", "CircleCI", "projected token file", "CI job" })
        {
            Assert.Contains(tried, refusal.Message, StringComparison.Ordinal);
        }

        Assert.Empty(person.Shown);
    }

    [Fact]
    public void Without_a_person_the_error_says_so()
    {
        ModelSigningException refusal = Identities.Refusal(new IdentityOptions { Environment = Identities.Environment() }, "https://issuer.sigstore.invalid");
        Assert.Equal("IdentityTokenMissing", refusal.Definition.Id);
        Assert.Contains("not interactive", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Flows))]
    public async Task The_providers_endpoints_may_be_on_another_host(SignInFlow flow)
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        server.Instance.OpenId.EndpointBase = server.Instance.OpenId.Issuer.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        using SimulatedPerson person = new();
        using IdentityToken token = Identities.Get(Options(flow, person), server.Instance.OpenId.Issuer);
        Assert.Equal("alice@sigstore.test", token.Claims.Email);
    }

    [Theory]
    [MemberData(nameof(Flows))]
    public async Task The_providers_endpoints_must_be_https(SignInFlow flow)
    {
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        server.Instance.OpenId.EndpointBase = "http://issuer.sigstore.invalid";
        using SimulatedPerson person = new();
        ModelSigningException refusal = Identities.Refusal(Options(flow, person), server.Instance.OpenId.Issuer);
        Assert.Equal("IdentityProviderUnreachable", refusal.Definition.Id);
        Assert.Contains("HTTPS", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(person.Shown);
    }

    [Fact]
    public void A_provider_without_https_is_refused()
    {
        using SimulatedPerson person = new();
        Assert.Equal("ServiceInsecure", Identities.Refusal(Options(SignInFlow.Browser, person), "http://issuer.sigstore.invalid").Definition.Id);
        Assert.Equal("ServiceInsecure", Identities.Refusal(Options(SignInFlow.Device, person), "http://issuer.sigstore.invalid").Definition.Id);
    }

    private static IdentityOptions Options(SignInFlow flow, SimulatedPerson person) =>
        new() { Flow = flow, Interaction = person, Environment = Identities.Environment(), SignInTimeout = TimeSpan.FromMinutes(2) };
}
