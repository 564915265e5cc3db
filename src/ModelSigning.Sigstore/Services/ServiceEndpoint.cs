using ModelSigning.Core.Errors;

namespace ModelSigning.Sigstore.Services;

/// <summary>A service as errors name it: its name, and the definitions of what can go wrong between it and us.</summary>
/// <param name="Name">The service in a sentence: <c>the certificate authority (Fulcio)</c>.</param>
/// <param name="Unreachable">No connection, a broken one, no answer in time, or an answer of status 408, 429 or 5xx to the last try.</param>
/// <param name="Refused">Any other answer that is no success, a redirection among them.</param>
/// <param name="AnswerInvalid">An answer that is too long, or not of the service's format.</param>
public sealed record ServiceEndpoint(string Name, ErrorDefinition Unreachable, ErrorDefinition Refused, ErrorDefinition AnswerInvalid)
{
    /// <summary>The largest answer that is read, in bytes.</summary>
    public int MaximumAnswer { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// Whether plain HTTP is used with it although it is not on loopback; true for the metadata server of a cloud alone, which is
    /// reachable in no other way.
    /// </summary>
    public bool AllowsPlainHttp { get; init; }
}
