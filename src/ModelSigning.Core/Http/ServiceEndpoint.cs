using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Http;

/// <summary>A service as errors name it: its name, and the definitions of what can go wrong between it and us.</summary>
/// <param name="Name">The service in a sentence: <c>the certificate authority (Fulcio)</c>.</param>
/// <param name="Unreachable">No connection, a broken one, no answer in time, or an answer of status 408, 429 or 5xx to the last try.</param>
/// <param name="Refused">Any other answer that is not a success, including a redirection that is not followed.</param>
/// <param name="AnswerInvalid">An answer that is too long, or not of the service's format.</param>
internal sealed record ServiceEndpoint(string Name, ErrorDefinition Unreachable, ErrorDefinition Refused, ErrorDefinition AnswerInvalid)
{
    private readonly ErrorDefinition? _late, _failing;

    /// <summary>The largest answer that is read, in bytes.</summary>
    public int MaximumAnswer { get; init; } = 4 * 1024 * 1024;

    /// <summary>The error of an answer that does not come in time; <see cref="Unreachable"/> unless set.</summary>
    public ErrorDefinition Late
    {
        get => _late ?? Unreachable;
        init => _late = value;
    }

    /// <summary>The error of an answer of status 408, 429 or 5xx; <see cref="Unreachable"/> unless set.</summary>
    public ErrorDefinition Failing
    {
        get => _failing ?? Unreachable;
        init => _failing = value;
    }

    /// <summary>How many redirections are followed, each to an https address and with the same method; none where tokens are sent.</summary>
    public int Redirections { get; init; }

    /// <summary>
    /// Whether plain HTTP is used with it although it is not on loopback: for the metadata server of a cloud, which is reachable in no
    /// other way, and for timestamp servers, whose answers are signed and whose queries hold nothing but a digest.
    /// </summary>
    public bool AllowsPlainHttp { get; init; }
}
