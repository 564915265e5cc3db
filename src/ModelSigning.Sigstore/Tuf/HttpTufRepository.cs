using System.Net;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Http;

namespace ModelSigning.Sigstore.Tuf;

/// <summary>Where metadata and targets are fetched from.</summary>
internal interface ITufRepository
{
    /// <summary>Fetches a file.</summary>
    /// <param name="path">The path below the repository's address; its components are escaped already.</param>
    /// <param name="maximum">The most bytes that are taken.</param>
    /// <param name="cancellationToken">Ends the exchange at once.</param>
    /// <returns>The file's bytes; null when the repository has none of that name.</returns>
    /// <exception cref="Core.Errors.ModelSigningException">
    /// <see cref="TufErrors.TufUnreachable"/>, <see cref="TufErrors.TufTooLarge"/>.
    /// </exception>
    byte[]? Fetch(string path, long maximum, CancellationToken cancellationToken);
}

/// <summary>A TUF repository over HTTP.</summary>
/// <param name="address">The repository's address, which <see cref="RequireUsable"/> accepts.</param>
/// <param name="client">The connections.</param>
internal sealed class HttpTufRepository(Uri address, ServiceClient client) : ITufRepository
{
    private static readonly ServiceEndpoint Service = new(
        "the trust repository", TufErrors.TufUnreachable, TufErrors.TufUnreachable, TufErrors.TufTooLarge)
    {
        Redirections = 3,
    };

    /// <summary>How long a repository is waited for.</summary>
    internal static ServicePolicy Policy { get; } = new() { Deadline = TimeSpan.FromSeconds(60) };

    /// <inheritdoc/>
    public byte[]? Fetch(string path, long maximum, CancellationToken cancellationToken)
    {
        ServiceAnswer answer = client.Send(
            Service with { MaximumAnswer = (int)Math.Min(maximum, int.MaxValue) },
            () => new HttpRequestMessage(HttpMethod.Get, HttpAddress.Join(address, path)),
            [HttpStatusCode.NotFound, HttpStatusCode.Forbidden],
            cancellationToken);
        return answer.Status is HttpStatusCode.NotFound or HttpStatusCode.Forbidden ? null : answer.Body.ToArray();
    }

    /// <summary>Refuses an address that is not https (or http on loopback), or has more than a path: that would be stored, and shown.</summary>
    /// <exception cref="ModelSigningException"><see cref="TufErrors.TufAddressInvalid"/>.</exception>
    internal static void RequireUsable(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        string shown = HttpAddress.Plain(address);
        if (!HttpAddress.IsSecure(address))
        {
            throw TufErrors.TufAddressInvalid.At($"'{shown}' is not an https address, or an http address on loopback.", shown);
        }

        if (!HttpAddress.IsBare(address))
        {
            throw TufErrors.TufAddressInvalid.At($"The address of '{shown}' has a user name, a query or a fragment.", shown);
        }
    }

    /// <summary>Runs an update within the time that a whole one may take.</summary>
    /// <param name="address">The repository's address.</param>
    /// <param name="deadline">The time.</param>
    /// <param name="update">The update.</param>
    /// <param name="cancellationToken">Ends the update at once.</param>
    /// <exception cref="ModelSigningException"><see cref="TufErrors.TufUnreachable"/>: the time has passed.</exception>
    internal static T Within<T>(Uri address, TimeSpan deadline, Func<CancellationToken, T> update, CancellationToken cancellationToken)
    {
        using CancellationTokenSource total = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        total.CancelAfter(deadline);
        try
        {
            return update(total.Token);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            string shown = HttpAddress.Plain(address);
            throw TufErrors.TufUnreachable.At(Invariant($"The update from '{shown}' did not finish within {deadline.TotalSeconds:0} seconds."), shown, error);
        }
    }
}
