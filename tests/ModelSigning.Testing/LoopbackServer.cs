using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace ModelSigning.Testing;

/// <summary>An HTTP server inside the test's process, on 127.0.0.1 and a port that the system chose.</summary>
public sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private LoopbackServer(WebApplication application)
    {
        _application = application;
        Address = new Uri(application.Urls.First());
    }

    /// <summary>The server's address, without a path.</summary>
    public Uri Address { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="handle">Answers each request.</param>
    /// <param name="isHttp2">Whether HTTP/2 is spoken from the first byte, as gRPC does without TLS.</param>
    public static async Task<LoopbackServer> StartAsync(Func<HttpContext, Task> handle, bool isHttp2 = false)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = isHttp2 ? HttpProtocols.Http2 : HttpProtocols.Http1);
            options.Limits.MaxRequestBodySize = 128 * 1024 * 1024;
        });
        WebApplication application = builder.Build();
        application.Run(context => handle(context));
        await application.StartAsync();
        return new LoopbackServer(application);
    }

    /// <summary>Reads a request's whole body.</summary>
    public static async Task<byte[]> ReadBodyAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return body.ToArray();
    }

    /// <summary>Writes an answer.</summary>
    public static async Task AnswerAsync(HttpContext context, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
