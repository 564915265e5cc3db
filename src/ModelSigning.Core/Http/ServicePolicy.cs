namespace ModelSigning.Core.Http;

/// <summary>How long services are waited for, and how often they are asked.</summary>
public sealed record ServicePolicy
{
    /// <summary>How often a request is sent at most, the first time included.</summary>
    public int Tries { get; init; } = 3;

    /// <summary>How long one try may take. Rekor v2 answers only when its tree has grown, up to ten seconds.</summary>
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(35);

    /// <summary>How long all tries of one request may take together, waiting included.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How long the services of one signature may take together, from the moment that there is an identity token.</summary>
    public TimeSpan SigningDeadline { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>The pause before the second try; each further pause is twice as long. A random part of up to half is added.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The clock that certificates and tokens are compared with.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Waits; a test waits no time.</summary>
    public Func<TimeSpan, CancellationToken, Task> Delay { get; init; } = Task.Delay;
}
