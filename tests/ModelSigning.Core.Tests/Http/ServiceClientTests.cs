using System.Net;
using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Http;
using ModelSigning.Core.Timestamps;

namespace ModelSigning.Core.Tests.Http;

public sealed class ServiceClientTests
{
    private static readonly ServiceEndpoint Strict = new("the service", TimestampErrors.ServerUnreachable, TimestampErrors.ServerRefused, TimestampErrors.AnswerTooLarge)
    {
        Late = TimestampErrors.ServerTimeout,
        MaximumAnswer = 10,
    };

    private static readonly ServiceEndpoint Following = Strict with { Redirections = 3 };

    [Fact]
    public void Redirections_are_not_followed_where_a_service_has_none()
    {
        Answers answers = new(Redirection("https://example.com/other"));
        Assert.Equal(TimestampErrors.ServerRefused, Refusal(answers, Strict).Definition);
        Assert.Single(answers.Asked);
    }

    [Fact]
    public void Redirections_to_https_are_followed_as_often_as_the_service_allows()
    {
        Answers answers = new(Redirection("/a"), Redirection("https://other.example/b"), Redirection("https://example.com/c"), Answer("done"));
        Assert.Equal("done", Encoding.ASCII.GetString(Send(answers, Following).Body.Span));
        Assert.Equal(["https://example.com/", "https://example.com/a", "https://other.example/b", "https://example.com/c"], answers.Asked);

        Answers more = new(Redirection("/a"), Redirection("/b"), Redirection("/c"), Redirection("/d"), Answer("done"));
        Assert.Contains("more than 3", Refusal(more, Following).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://example.com/")]
    [InlineData("http://127.0.0.1:1/")]
    [InlineData("ftp://127.0.0.1/x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("//:x")]
    [InlineData("https://:99999999/")]
    [InlineData("http://user:secret@example.com/?token=secret")]
    [InlineData(null)]
    public void Redirections_to_anything_but_https_are_refused_without_being_asked(string? location)
    {
        Answers answers = new(Redirection(location), Answer("done"));
        ModelSigningException refusal = Refusal(answers, Following);
        Assert.Equal(TimestampErrors.ServerRefused, refusal.Definition);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
        Assert.Single(answers.Asked);
    }

    [Fact]
    public void A_post_is_redirected_only_where_it_stays_a_post()
    {
        Answers found = new(Redirection("/a", HttpStatusCode.Found), Answer("done"));
        Assert.Equal(TimestampErrors.ServerRefused, Refusal(found, Following, HttpMethod.Post).Definition);
        Answers temporary = new(Redirection("/a"), Answer("done"));
        Send(temporary, Following, HttpMethod.Post);
        Assert.Equal([HttpMethod.Post, HttpMethod.Post], temporary.Methods);
    }

    [Theory]
    [InlineData("http://example.com/")]
    [InlineData("http://192.0.2.1/")]
    [InlineData("http://localhost.example.com/")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("relative")]
    public void Only_https_and_http_on_loopback_are_used(string address)
    {
        Answers answers = new(Answer("done"));
        Assert.Equal(ServiceErrors.ServiceInsecure, Refusal(answers, Strict, address: address).Definition);
        Assert.Empty(answers.Asked);
    }

    [Theory]
    [InlineData("http://localhost:1/")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://127.9.9.9/")]
    [InlineData("http://[::1]/")]
    public void Plain_http_is_used_on_loopback(string address) =>
        Assert.Equal(4, Send(new(Answer("done")), Strict, address: address).Body.Length);

    [Fact]
    public void No_user_password_or_query_is_in_a_message()
    {
        Answers answers = new(Answer("no", HttpStatusCode.BadRequest));
        ModelSigningException refusal = Refusal(answers, Strict, address: "https://user:secret@example.com/path?sig=secret#secret");
        Assert.Contains("'https://example.com/path'", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message + refusal.Target, StringComparison.Ordinal);
        Assert.DoesNotContain("user", refusal.Message + refusal.Target, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_above_the_bound_is_refused() =>
        Assert.Equal(TimestampErrors.AnswerTooLarge, Refusal(new(Answer("eleven byte")), Strict).Definition);

    [Fact]
    public void Tries_end_at_the_deadline_of_the_whole_request()
    {
        // The pause between two tries lasts until the deadline has passed.
        ServicePolicy policy = new()
        {
            Deadline = TimeSpan.FromMilliseconds(1),
            Delay = (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, token),
        };
        Answers answers = new(Answer("", HttpStatusCode.ServiceUnavailable), Answer("done"));
        using ServiceClient client = new(policy, answers);
        Assert.Throws<ModelSigningException>(() => client.Send(Strict, () => new(HttpMethod.Get, "https://example.com/"), [], CancellationToken.None));
        Assert.InRange(answers.Asked.Count, 0, 1);
    }

    [Theory]
    [InlineData("https://user:secret@example.com:8443/a?b#c", "https://example.com:8443/a")]
    [InlineData("ftp://user:secret@example.com/a", "ftp:")]
    [InlineData("user:secret@example.com", "user:")]
    [InlineData("someone@example.com/path?secret", "example.com/path")]
    public void What_is_shown_of_an_address_holds_no_secret(string address, string shown) =>
        Assert.Equal(shown, HttpAddress.Plain(new Uri(address, UriKind.RelativeOrAbsolute)));

    [Fact]
    public void No_proxy_is_asked_for_this_machine()
    {
        WebProxy proxy = new("http://proxy.example:3128");
        using SocketsHttpHandler handler = HttpConnections.Handler(proxy);
        foreach (Uri here in (Uri[])[new("http://127.0.0.1:4318/v1/traces"), new("http://localhost:4318/v1/traces"), new("http://[::1]:4318/v1/traces")])
        {
            Assert.True(handler.Proxy!.IsBypassed(here));
            Assert.Null(handler.Proxy.GetProxy(here));
        }

        Uri elsewhere = new("https://example.com/");
        Assert.False(handler.Proxy!.IsBypassed(elsewhere));
        Assert.Equal(proxy.Address, handler.Proxy.GetProxy(elsewhere));
    }

    private static ModelSigningException Refusal(Answers answers, ServiceEndpoint service, HttpMethod? method = null, string address = "https://example.com/") =>
        Assert.Throws<ModelSigningException>(() => Send(answers, service, method, address));

    private static ServiceAnswer Send(Answers answers, ServiceEndpoint service, HttpMethod? method = null, string address = "https://example.com/")
    {
        using ServiceClient client = new(new ServicePolicy { Tries = 1 }, answers);
        return client.Send(service, () => new HttpRequestMessage(method ?? HttpMethod.Get, new Uri(address, UriKind.RelativeOrAbsolute)), [], CancellationToken.None);
    }

    private static HttpResponseMessage Answer(string text, HttpStatusCode status = HttpStatusCode.OK) => new(status) { Content = new StringContent(text) };

    private static HttpResponseMessage Redirection(string? location, HttpStatusCode status = HttpStatusCode.TemporaryRedirect)
    {
        HttpResponseMessage answer = Answer("", status);
        if (location is not null)
        {
            answer.Headers.TryAddWithoutValidation("Location", location);
        }

        return answer;
    }

    // Answers one request after the other, without a network.
    private sealed class Answers(params HttpResponseMessage[] answers) : HttpMessageHandler
    {
        internal List<string> Asked { get; } = [];

        internal List<HttpMethod> Methods { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add(request.RequestUri!.AbsoluteUri);
            Methods.Add(request.Method);
            return Task.FromResult(answers[Asked.Count - 1]);
        }
    }
}
