using System.Net;

namespace ModelSigning.Core.Http;

/// <summary>
/// The connections of every client here: no redirection is followed unseen, this machine is reached without a proxy, nothing is
/// decompressed, no cookie is kept.
/// </summary>
internal static class HttpConnections
{
    /// <summary>The handler that every connection is made with; the caller disposes of it.</summary>
    /// <param name="system">The proxy for what is not on this machine; null for the system's.</param>
    public static SocketsHttpHandler Handler(IWebProxy? system = null) => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        Proxy = new LoopbackBypassingProxy(system ?? HttpClient.DefaultProxy),
        UseCookies = false,
    };

    /// <summary>A client for libraries that want one of their own: answers of at most 1 MiB, and https or loopback addresses alone.</summary>
    /// <param name="timeout">How long one exchange may take.</param>
    /// <param name="allowsPlainHttp">Whether plain HTTP is used beyond loopback too.</param>
    /// <param name="around">Puts a handler of the caller's before the connection.</param>
    public static HttpClient Client(TimeSpan timeout, bool allowsPlainHttp = false, Func<HttpMessageHandler, HttpMessageHandler>? around = null)
    {
        HttpMessageHandler handler = allowsPlainHttp ? Handler() : new SecureHandler(Handler());
        return new HttpClient(around?.Invoke(handler) ?? handler)
        {
            Timeout = timeout,
            MaxResponseContentBufferSize = 1024 * 1024,
        };
    }

    /// <summary>Reads a whole answer.</summary>
    /// <param name="content">The answer.</param>
    /// <param name="maximum">The most bytes that are read.</param>
    /// <param name="cancellationToken">Ends the exchange.</param>
    /// <returns>The bytes; null when there are more.</returns>
    internal static async Task<byte[]?> ReadAsync(HttpContent content, long maximum, CancellationToken cancellationToken)
    {
        using Stream stream = await content.ReadAsStreamAsync(cancellationToken);
        using MemoryStream body = new();
        byte[] buffer = new byte[16 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (body.Length + read > maximum)
            {
                return null;
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    // What a library read from elsewhere, such as an endpoint of a provider's configuration, is judged here too.
    private sealed class SecureHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
            base.Send(Judged(request), cancellationToken);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            base.SendAsync(Judged(request), cancellationToken);

        private static HttpRequestMessage Judged(HttpRequestMessage request) => HttpAddress.IsSecure(request.RequestUri!)
            ? request
            : throw new HttpRequestException($"The address '{HttpAddress.Plain(request.RequestUri!)}' is not https.");
    }

    // The system's proxy, except for addresses on this machine.
    private sealed class LoopbackBypassingProxy(IWebProxy system) : IWebProxy
    {
        public ICredentials? Credentials
        {
            get => system.Credentials;
            set => system.Credentials = value;
        }

        public Uri? GetProxy(Uri destination) => HttpAddress.IsLoopback(destination) ? null : system.GetProxy(destination);

        public bool IsBypassed(Uri host) => HttpAddress.IsLoopback(host) || system.IsBypassed(host);
    }
}
