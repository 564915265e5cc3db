using System.Net;
using System.Net.Sockets;
using System.Text;
using ModelSigning.Core.Errors;

namespace ModelSigning.Sigstore.Identity.Interactive;

/// <summary>
/// The end of a browser sign-in: one address on 127.0.0.1 at a port that the system chose (RFC 8252, section 7.3). Connections are served side
/// by side, because browsers open spare ones, and the first request with the sign-in's state ends it; what other programs of this machine
/// send does not. Nothing of a request is echoed.
/// </summary>
internal sealed class LoopbackRedirect : IDisposable
{
    private const string Path = "/auth/callback";
    private const int MaximumHead = 16 * 1024, MaximumConnections = 64;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closed = new();

    /// <exception cref="ModelSigningException"><see cref="IdentityErrors.SignInPortUnavailable"/>.</exception>
    public LoopbackRedirect()
    {
        try
        {
            _listener.Start();
        }
        catch (SocketException error)
        {
            _listener.Dispose();
            throw IdentityErrors.SignInPortUnavailable.At($"No port can be opened on this machine for the browser sign-in: {error.Message}", null, error);
        }

        Address = $"http://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}{Path}";
    }

    /// <summary>The redirect address; <c>localhost</c>, because that is what providers have registered.</summary>
    public string Address { get; }

    /// <summary>Waits for the redirection of a sign-in; then nothing listens any more.</summary>
    /// <param name="state">The sign-in's state.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <returns>The redirection; the browser waits for its page until <see cref="Redirection.FinishAsync"/>.</returns>
    public async Task<Redirection> WaitAsync(string state, CancellationToken cancellationToken)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
        TaskCompletionSource<Redirection> found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task accepting = AcceptAsync(state, found, over.Token);
        try
        {
            await Task.WhenAny(found.Task, accepting).WaitAsync(cancellationToken);
            if (!found.Task.IsCompleted)
            {
                await accepting;
            }

            return await found.Task;
        }
        finally
        {
            // Later connections are closed at once instead of waiting.
            await over.CancelAsync();
            _listener.Stop();
        }
    }

    public void Dispose()
    {
        _closed.Cancel();
        _listener.Dispose();
        _closed.Dispose();
    }

    /// <summary>Takes connections until it is cancelled.</summary>
    private async Task AcceptAsync(string state, TaskCompletionSource<Redirection> found, CancellationToken cancellationToken)
    {
        Queue<TcpClient> open = new();
        while (true)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync(cancellationToken);
            }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
            {
                // The client disconnected before its turn.
                continue;
            }
            catch (SocketException error)
            {
                throw IdentityErrors.SignInPortUnavailable.At($"The port for the browser sign-in failed: {error.Message}", null, error);
            }

            open.Enqueue(client);
            if (open.Count > MaximumConnections)
            {
                // One that has been idle for longest; closing one that has ended does nothing.
                open.Dequeue().Dispose();
            }

            _ = ServeAsync(client, state, found, cancellationToken);
        }
    }

    private static async Task ServeAsync(TcpClient client, string state, TaskCompletionSource<Redirection> found, CancellationToken cancellationToken)
    {
        bool handedOn = false;
        try
        {
            string? target = await ReadTargetAsync(client.GetStream(), cancellationToken);
            if (target is null)
            {
                return;
            }

            bool callback = target.StartsWith(Path + "?", StringComparison.Ordinal);
            if (callback && RedirectQuery.Read(target[(Path.Length + 1)..]) is { } query && query.Ends(state))
            {
                handedOn = found.TrySetResult(new Redirection(client, query));
            }

            if (!handedOn)
            {
                await ResultPage.WriteAsync(client.GetStream(), callback ? ResultPage.Stranger : ResultPage.Nothing, cancellationToken);
            }
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // A connection that was opened ahead of need, or a window that was closed: others can still bring the answer.
        }
        finally
        {
            if (!handedOn)
            {
                client.Dispose();
            }
        }
    }

    /// <summary>The address of a GET request; null for anything else, and for a connection that is closed before it has asked.</summary>
    private static async Task<string?> ReadTargetAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        byte[] head = new byte[MaximumHead];
        int length = 0;
        while (head.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
        {
            int read = length < head.Length ? await stream.ReadAsync(head.AsMemory(length), cancellationToken) : 0;
            if (read == 0)
            {
                return null;
            }

            length += read;
        }

        string[] line = Encoding.Latin1.GetString(head, 0, length).Split("\r\n", 2)[0].Split(' ');
        return line is ["GET", _, _] ? line[1] : null;
    }
}

/// <summary>The redirection of a sign-in, whose browser waits to be told how it ended.</summary>
internal sealed class Redirection(TcpClient client, RedirectQuery query) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public RedirectQuery Query => query;

    /// <summary>Shows the end of the sign-in. A window that was closed meanwhile changes nothing.</summary>
    /// <param name="refusal">Why it failed; null when it succeeded.</param>
    public async Task FinishAsync(ErrorDefinition? refusal)
    {
        try
        {
            using CancellationTokenSource slow = new(Patience);
            await ResultPage.WriteAsync(client.GetStream(), ResultPage.Of(refusal), slow.Token);
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // Nobody looks at the page any more.
        }
    }

    public void Dispose() => client.Dispose();
}
