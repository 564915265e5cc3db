using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ModelSigning.Sigstore.Identity.Interactive;

/// <summary>
/// The end of a browser sign-in: one page on 127.0.0.1 at a port that the system chose (RFC 8252, section 7.3). It answers until the
/// redirection has come, echoes nothing of it, and is closed.
/// </summary>
internal sealed class LoopbackRedirect : IDisposable
{
    private const string Path = "/auth/callback";
    private const int MaximumHead = 16 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public LoopbackRedirect()
    {
        _listener.Start();
        Address = $"http://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}{Path}";
    }

    /// <summary>The redirect address; <c>localhost</c>, because that is what providers have registered.</summary>
    public string Address { get; }

    /// <summary>Waits for the redirection.</summary>
    /// <returns>Its query, from <c>?</c>.</returns>
    public async Task<string> WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            using TcpClient client = await _listener.AcceptTcpClientAsync(cancellationToken);
            try
            {
                string? target = await ReadTargetAsync(client.GetStream(), cancellationToken);
                bool redirection = target?.StartsWith(Path + "?", StringComparison.Ordinal) == true;
                // A refused sign-in ends here, too; only the command's own window says why.
                bool refused = redirection && target!.Contains("error=", StringComparison.Ordinal);
                await AnswerAsync(client.GetStream(), redirection ? "200 OK" : "404 Not Found",
                    !redirection ? "Nothing is here."
                    : refused ? "The sign-in was refused. The window of the command says why; this one can be closed."
                    : "Signed in. This window can be closed.", cancellationToken);
                if (redirection)
                {
                    return target![Path.Length..];
                }
            }
            catch (IOException)
            {
                // A browser that opens a connection ahead of need and closes it again.
            }
        }
    }

    public void Dispose() => _listener.Dispose();

    private static async Task<string?> ReadTargetAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        byte[] head = new byte[MaximumHead];
        int length = 0;
        using CancellationTokenSource slow = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        slow.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            while (length < head.Length && head.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
            {
                int read = await stream.ReadAsync(head.AsMemory(length), slow.Token);
                if (read == 0)
                {
                    return null;
                }

                length += read;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }

        string[] line = Encoding.Latin1.GetString(head, 0, length).Split("\r\n", 2)[0].Split(' ');
        return line is ["GET", _, _] ? line[1] : null;
    }

    private static async Task AnswerAsync(NetworkStream stream, string status, string text, CancellationToken cancellationToken)
    {
        string body = $"<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>ModelSigning</title></head><body><p>{text}</p></body></html>";
        string head = $"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.UTF8.GetBytes(head + body), cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }
}
