namespace ModelSigning.Telemetry;

/// <summary>
/// Leaves a collector alone for a while that did not answer: a job over a thousand models must not wait for it a thousand times.
/// </summary>
/// <param name="inner">Sends the requests.</param>
/// <param name="clock">Measures the while.</param>
internal sealed class PatientHandler(HttpMessageHandler inner, TimeProvider clock) : DelegatingHandler(inner)
{
    /// <summary>How long a collector is left alone.</summary>
    internal static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private long _failed;

    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RefuseInSilence();
        try
        {
            return Answered(base.Send(request, cancellationToken));
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            Failed();
            throw;
        }
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RefuseInSilence();
        try
        {
            return Answered(await base.SendAsync(request, cancellationToken));
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            Failed();
            throw;
        }
    }

    private void RefuseInSilence()
    {
        if (Interlocked.Read(ref _failed) is not 0 and long since && clock.GetElapsedTime(since) < Silence)
        {
            throw new HttpRequestException("The collector did not respond and is not tried again for a while.");
        }
    }

    private HttpResponseMessage Answered(HttpResponseMessage response)
    {
        Interlocked.Exchange(ref _failed, 0);
        return response;
    }

    private void Failed() => Interlocked.Exchange(ref _failed, clock.GetTimestamp());
}
