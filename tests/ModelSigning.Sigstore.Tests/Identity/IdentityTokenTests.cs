using System.Text;
using System.Text.Json.Nodes;
using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Identity;

namespace ModelSigning.Sigstore.Tests.Identity;

public sealed class IdentityTokenTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static JsonObject Person() => new()
    {
        ["iss"] = "https://issuer.test",
        ["aud"] = "sigstore",
        ["sub"] = "Cgx",
        ["exp"] = Now.AddMinutes(5).ToUnixTimeSeconds(),
        ["email"] = "alice@sigstore.test",
        ["email_verified"] = true,
    };

    private static string Jwt(JsonObject claims) => Jwt(claims.ToJsonString());

    private static string Jwt(string claims) =>
        $"eyJhbGciOiJub25lIn0.{Convert.ToBase64String(Encoding.UTF8.GetBytes(claims)).TrimEnd('=').Replace('+', '-').Replace('/', '_')}.c2ln";

    private static ModelSigningException Refusal(JsonObject claims) => Assert.Throws<ModelSigningException>(() =>
    {
        using IdentityToken token = IdentityToken.Parse(Jwt(claims), "a test");
        token.RequireUsable("sigstore", Now);
    });

    [Fact]
    public void A_persons_token_names_the_address_and_the_issuer()
    {
        using IdentityToken token = IdentityToken.Parse(" " + Jwt(Person()) + "\n", "a test");
        token.RequireUsable("sigstore", Now);
        Assert.Equal("alice@sigstore.test", token.Claims.Display);
        Assert.Equal(new ExpectedName(NameKind.Email, "alice@sigstore.test"), token.Claims.Name);
        Assert.Equal("https://issuer.test", token.Claims.CertificateIssuer);
    }

    [Fact]
    public void A_brokers_token_names_the_provider_behind_it()
    {
        JsonObject claims = Person();
        claims["federated_claims"] = new JsonObject { ["connector_id"] = "https://accounts.google.com" };
        using IdentityToken token = IdentityToken.Parse(Jwt(claims), "a test");
        Assert.Equal("https://accounts.google.com", token.Claims.CertificateIssuer);
    }

    [Theory]
    [InlineData("job_workflow_ref", "o/r/.github/workflows/w.yml@refs/heads/main", "https://github.com/o/r/.github/workflows/w.yml@refs/heads/main")]
    [InlineData("ci_config_ref_uri", "gitlab.com/o/r//.gitlab-ci.yml@refs/heads/main", "https://gitlab.com/o/r//.gitlab-ci.yml@refs/heads/main")]
    [InlineData("sub", "spiffe://domain.test/workload", "spiffe://domain.test/workload")]
    public void A_workflows_token_names_its_uri(string claim, string value, string uri)
    {
        JsonObject claims = Person();
        claims.Remove("email");
        claims[claim] = value;
        using IdentityToken token = IdentityToken.Parse(Jwt(claims), "a test");
        Assert.True(token.Claims.Name!.Matches(uri));
        Assert.Equal(NameKind.Uri, token.Claims.Name.Kind);
        Assert.False(token.Claims.Name.Matches(uri + "x"));
        Assert.False(token.Claims.Name.Matches("x" + uri));
    }

    [Fact]
    public void A_private_instance_may_serve_another_github_but_not_another_workflow()
    {
        ExpectedName name = new(NameKind.Uri, "https://github.com/o/r/w.yml@refs/heads/main", AnyHost: true);
        Assert.True(name.Matches("https://github.company.test/o/r/w.yml@refs/heads/main"));
        Assert.False(name.Matches("https://github.company.test/x/o/r/w.yml@refs/heads/main"));
        Assert.False(name.Matches("http://github.com/o/r/w.yml@refs/heads/main"));
        Assert.False(name.Matches("https:///o/r/w.yml@refs/heads/main"));
    }

    [Theory]
    [InlineData("exp", 30, "IdentityTokenExpired")]
    [InlineData("exp", -30, "IdentityTokenExpired")]
    public void A_token_with_less_than_a_minute_left_is_refused(string claim, int seconds, string id)
    {
        JsonObject claims = Person();
        claims[claim] = Now.AddSeconds(seconds).ToUnixTimeSeconds();
        Assert.Equal(id, Refusal(claims).Definition.Id);
    }

    [Fact]
    public void A_token_for_another_audience_is_refused()
    {
        JsonObject claims = Person();
        claims["aud"] = new JsonArray("https://github.com/octo-org", "sigstorex");
        ModelSigningException refusal = Refusal(claims);
        Assert.Equal("IdentityTokenAudience", refusal.Definition.Id);
        Assert.Contains("'sigstore' is required", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_several_audiences_is_enough()
    {
        JsonObject claims = Person();
        claims["aud"] = new JsonArray("other", "sigstore");
        using IdentityToken token = IdentityToken.Parse(Jwt(claims), "a test");
        token.RequireUsable("sigstore", Now);
    }

    [Theory]
    [InlineData("false")]
    [InlineData("\"false\"")]
    [InlineData("null")]
    [InlineData("1")]
    public void An_unverified_address_is_refused(string verified)
    {
        JsonObject claims = Person();
        claims["email_verified"] = JsonNode.Parse(verified);
        Assert.Equal("IdentityTokenEmailUnverified", Refusal(claims).Definition.Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJ!.c2ln")]
    [InlineData("eyJhbGciOiJub25lIn0.e.c2ln")]
    [InlineData("eyJhbGciOiJub25lIn0..c2ln")]
    [InlineData("Bearer eyJhbGciOiJub25lIn0.e30.c2ln")]
    public void What_is_not_a_token_is_refused_without_repeating_it(string text)
    {
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => IdentityToken.Parse(text, "a test"));
        Assert.Equal("IdentityTokenMalformed", refusal.Definition.Id);
        Assert.True(text.Length < 6 || !refusal.ToString().Contains(text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"iss":"https://i.test","aud":"sigstore","sub":"s"}""")]
    [InlineData("""{"iss":"https://i.test","aud":"sigstore","sub":"s","exp":"1"}""")]
    [InlineData("""{"iss":"https://i.test","aud":"sigstore","sub":"s","exp":1e300}""")]
    [InlineData("""{"iss":7,"aud":"sigstore","sub":"s","exp":1}""")]
    [InlineData("""{"iss":"https://i.test","aud":[1],"sub":"s","exp":1}""")]
    [InlineData("""{"iss":"https://i.test","iss":"https://j.test","aud":"sigstore","sub":"s","exp":1}""")]
    [InlineData("""{"aud":"sigstore","sub":"s","exp":1}""")]
    [InlineData("""[1]""")]
    public void A_token_without_the_claims_is_refused(string claims) =>
        Assert.Equal("IdentityTokenMalformed", Assert.Throws<ModelSigningException>(() => IdentityToken.Parse(Jwt(claims), "a test")).Definition.Id);

    [Fact]
    public void A_token_has_no_text_but_where_it_comes_from()
    {
        string jwt = Jwt(Person());
        using IdentityToken token = IdentityToken.Parse(jwt, "a test");
        Assert.Equal("(identity token of a test)", token.ToString());
        Assert.Equal(jwt, token.Text());
        token.Dispose();
        Assert.All(token.CopyText(), character => Assert.Equal('\0', character));
    }
}
