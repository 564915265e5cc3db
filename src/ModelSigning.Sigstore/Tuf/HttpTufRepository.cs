using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ModelSigning.Core.Tracing;

namespace ModelSigning.Sigstore.Tuf;

/// <summary>
/// A TUF repository over HTTP. Redirects from https to http are not followed, every exchange has a deadline, and loopback is reached
/// without a proxy.
/// </summary>
/// <param name="address">The repository's address.</param>
internal sealed class HttpTufRepository(Uri address) : ITufRepository
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public byte[]? Fetch(string path, long maximum, CancellationToken cancellationToken) =>
        Traces.Call("the TUF repository", () => FetchFile(path, maximum, cancellationToken));

    private byte[]? FetchFile(string path, long maximum, CancellationToken cancellationToken)
    {
        Traces.TagServer(address);
        string prefix = address.AbsoluteUri.EndsWith('/') ? address.AbsoluteUri : address.AbsoluteUri + "/";
        Uri file = new(prefix + path, UriKind.Absolute);
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        try
        {
            // Outside any synchronisation context, so waiting for it cannot deadlock.
            return Task.Run(() => FetchAsync(file, maximum, deadline.Token), CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw TufErrors.TufUnreachable.At($"'{file}' did not come within {Deadline.TotalSeconds:0} seconds.", file.ToString(), error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or SocketException)
        {
            throw TufErrors.TufUnreachable.At($"'{file}' could not be fetched: {error.Message}", file.ToString(), error);
        }
    }

    private async Task<byte[]?> FetchAsync(Uri file, long maximum, CancellationToken token)
    {
        using SocketsHttpHandler handler = new() { UseProxy = !address.IsLoopback, UseCookies = false, MaxAutomaticRedirections = 3 };
        using HttpClient client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
        using HttpResponseMessage response = await client.GetAsync(file, HttpCompletionOption.ResponseHeadersRead, token);
        Traces.TagAnswer(response.StatusCode);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
        {
            return null;
        }

        if (!response.IsSuccessStatusCode)
        {
            throw TufErrors.TufUnreachable.At(string.Create(CultureInfo.InvariantCulture,
                $"'{file}' was answered with HTTP status {(int)response.StatusCode}."), file.ToString());
        }

        using Stream content = await response.Content.ReadAsStreamAsync(token);
        using MemoryStream bytes = new();
        byte[] buffer = new byte[16 * 1024];
        for (int count; (count = await content.ReadAsync(buffer, token)) > 0;)
        {
            if (bytes.Length + count > maximum)
            {
                throw TufErrors.TufTooLarge.At(string.Create(CultureInfo.InvariantCulture, $"'{file}' is larger than {maximum} bytes."), file.ToString());
            }

            bytes.Write(buffer, 0, count);
        }

        return bytes.ToArray();
    }
}
