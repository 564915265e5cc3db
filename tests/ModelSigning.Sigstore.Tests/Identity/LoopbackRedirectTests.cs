using System.Net;
using System.Net.Sockets;
using System.Text;
using ModelSigning.Sigstore.Identity;
using ModelSigning.Sigstore.Identity.Interactive;

namespace ModelSigning.Sigstore.Tests.Identity;

public sealed class LoopbackRedirectTests : IDisposable
{
    private const string State = "the state of this sign-in";
    private static readonly string Right = "code=c0de&state=" + Uri.EscapeDataString(State);

    private readonly LoopbackRedirect _redirect = new();
    private readonly HttpClient _browser = new(new SocketsHttpHandler { UseProxy = false });
    private readonly List<TcpClient> _connections = [];

    public void Dispose()
    {
        _connections.ForEach(connection => connection.Dispose());
        _browser.Dispose();
        _redirect.Dispose();
    }

    [Fact]
    public async Task Idle_and_half_open_connections_hold_nothing_up()
    {
        Task<Redirection> waiting = _redirect.WaitAsync(State, TestContext.Current.CancellationToken);
        for (int count = 0; count < 100; count++)
        {
            await ConnectAsync(count % 2 == 0 ? "" : "GET /auth/callback?" + Right);
        }

        Task<HttpResponseMessage> page = GetAsync("?" + Right);
        using Redirection redirection = await waiting;
        Assert.Equal("c0de", redirection.Query.Code);
        await redirection.FinishAsync(refusal: null);
        using HttpResponseMessage shown = await page;
        Assert.Contains("You are signed in", await shown.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?code=c0de&state=other", HttpStatusCode.BadRequest)]
    [InlineData("?code=c0de", HttpStatusCode.BadRequest)]
    [InlineData("?code=c0de&state=", HttpStatusCode.BadRequest)]
    [InlineData("?error=access_denied", HttpStatusCode.BadRequest)]
    [InlineData("?error=access_denied&state=other", HttpStatusCode.BadRequest)]
    [InlineData("?state=the%20state%20of%20this%20sign-in", HttpStatusCode.BadRequest)]
    [InlineData("?code=c0de&error=e&state=the%20state%20of%20this%20sign-in", HttpStatusCode.BadRequest)]
    [InlineData("?code=c0de&state=other&state=the%20state%20of%20this%20sign-in", HttpStatusCode.BadRequest)]
    [InlineData("?code=a&code=b&state=the%20state%20of%20this%20sign-in", HttpStatusCode.BadRequest)]
    [InlineData("?%", HttpStatusCode.BadRequest)]
    [InlineData("?=&&==&a", HttpStatusCode.BadRequest)]
    [InlineData("", HttpStatusCode.NotFound)]
    [InlineData("/more?code=c0de&state=the%20state%20of%20this%20sign-in", HttpStatusCode.NotFound)]
    public async Task What_is_not_of_this_sign_in_does_not_end_it(string request, HttpStatusCode status)
    {
        Task<Redirection> waiting = _redirect.WaitAsync(State, TestContext.Current.CancellationToken);
        using HttpResponseMessage page = await GetAsync(request);
        Assert.Equal(status, page.StatusCode);
        Assert.False(waiting.IsCompleted);

        Task<HttpResponseMessage> right = GetAsync("?" + Right);
        using Redirection redirection = await waiting;
        Assert.Equal("c0de", redirection.Query.Code);
        await redirection.FinishAsync(refusal: null);
        (await right).Dispose();
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync("?" + Right));
    }

    [Fact]
    public async Task Garbage_and_other_methods_do_not_end_it()
    {
        Task<Redirection> waiting = _redirect.WaitAsync(State, TestContext.Current.CancellationToken);
        await ConnectAsync("\0\u0001\u0002\r\n\r\n");
        await ConnectAsync("POST /auth/callback?" + Right + " HTTP/1.1\r\n\r\n");
        await ConnectAsync("GET /auth/callback?" + Right + "\r\n\r\n");
        await ConnectAsync("GET /" + new string('a', 20_000));
        Assert.False(waiting.IsCompleted);
        _ = GetAsync("?" + Right);
        (await waiting).Dispose();
    }

    [Fact]
    public async Task A_window_that_is_closed_before_its_page_came_has_signed_in_all_the_same()
    {
        Task<Redirection> waiting = _redirect.WaitAsync(State, TestContext.Current.CancellationToken);
        TcpClient window = await ConnectAsync("GET /auth/callback?" + Right + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        window.Client.LingerState = new LingerOption(true, 0);
        window.Close();
        using Redirection redirection = await waiting;
        Assert.Equal("c0de", redirection.Query.Code);
        await redirection.FinishAsync(refusal: null);
        await redirection.FinishAsync(IdentityErrors.IdentityProviderRefused);
    }

    [Fact]
    public async Task The_page_says_what_happened_in_texts_of_its_own_and_loads_nothing()
    {
        const string hostile = "%3Cscript%3Ealert(1)%3C%2Fscript%3E";
        Task<Redirection> waiting = _redirect.WaitAsync(State, TestContext.Current.CancellationToken);
        Task<HttpResponseMessage> answer = GetAsync($"?error={hostile}&error_description={hostile}&state={Uri.EscapeDataString(State)}");
        using Redirection redirection = await waiting;
        Assert.Equal("<script>alert(1)</script>", redirection.Query.Error);
        await redirection.FinishAsync(IdentityErrors.IdentityProviderRefused);
        using HttpResponseMessage response = await answer;
        string page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("The sign-in failed", page, StringComparison.Ordinal);
        Assert.Contains(IdentityErrors.IdentityProviderRefused.Cause, page, StringComparison.Ordinal);
        Assert.Contains("ModelSigning for PowerShell", page, StringComparison.Ordinal);
        Assert.DoesNotContain("script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http", page, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("default-src 'none'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_and_closes_what_is_open()
    {
        using CancellationTokenSource cancelled = new();
        Task<Redirection> waiting = _redirect.WaitAsync(State, cancelled.Token);
        TcpClient idle = await ConnectAsync("");
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, await ReadOrReset(idle));
    }

    private static async Task<int> ReadOrReset(TcpClient client)
    {
        try
        {
            return await client.GetStream().ReadAsync(new byte[1], TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private Task<HttpResponseMessage> GetAsync(string rest) =>
        _browser.GetAsync(new Uri(_redirect.Address.Replace("localhost", "127.0.0.1", StringComparison.Ordinal) + rest), TestContext.Current.CancellationToken);

    private async Task<TcpClient> ConnectAsync(string sent)
    {
        TcpClient client = new();
        _connections.Add(client);
        await client.ConnectAsync(IPAddress.Loopback, new Uri(_redirect.Address).Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(sent), TestContext.Current.CancellationToken);
        return client;
    }
}
