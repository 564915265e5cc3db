using Microsoft.AspNetCore.Http;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Testing;

/// <summary>A timestamp authority that answers over HTTP (RFC 3161, section 3.4).</summary>
public sealed class TimestampAuthorityServer : IAsyncDisposable
{
    private LoopbackServer? _server;

    private TimestampAuthorityServer(TimestampAuthority authority) => Authority = authority;

    /// <summary>Who signs.</summary>
    public TimestampAuthority Authority { get; }

    /// <summary>The complete address to post queries to.</summary>
    public Uri Address => new(_server!.Address, "/api/v1/timestamp");

    /// <summary>Changes each answer before it is signed; null answers honestly.</summary>
    public Func<TimestampAnswer, TimestampAnswer>? Change { get; set; }

    /// <summary>Replaces each answer's bytes; null leaves them.</summary>
    public Func<byte[], byte[]>? Replace { get; set; }

    /// <summary>The status of each answer.</summary>
    public int StatusCode { get; set; } = StatusCodes.Status200OK;

    /// <summary>The queries that came in, oldest first.</summary>
    public IReadOnlyList<byte[]> Queries => _queries;

    private readonly List<byte[]> _queries = [];

    /// <summary>Starts a server.</summary>
    public static async Task<TimestampAuthorityServer> StartAsync(TimestampAuthority? authority = null)
    {
        TimestampAuthorityServer server = new(authority ?? new TimestampAuthority(TimeProvider.System));
        server._server = await LoopbackServer.StartAsync(server.HandleAsync);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        Authority.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        byte[] query = await LoopbackServer.ReadBodyAsync(context);
        _queries.Add(query);
        if (context.Request.ContentType != "application/timestamp-query")
        {
            await LoopbackServer.AnswerAsync(context, StatusCodes.Status415UnsupportedMediaType, "text/plain", default);
            return;
        }

        TimestampAnswer answer = Authority.AnswerTo(query);
        byte[] response = Authority.Respond(Change?.Invoke(answer) ?? answer);
        await LoopbackServer.AnswerAsync(context, StatusCode, "application/timestamp-reply", Replace?.Invoke(response) ?? response);
    }
}
