using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Timestamps;

/// <summary>The refusals of timestamps and of their servers.</summary>
public static class TimestampErrors
{
    /// <summary>The bytes are no timestamp response.</summary>
    public static readonly ErrorDefinition Malformed = new("TimestampMalformed", ErrorKind.InvalidData,
        "A timestamp is not a granted RFC 3161 response with one signature.",
        "Have the model signed again.");

    /// <summary>The timestamp is over something else.</summary>
    public static readonly ErrorDefinition ImprintMismatch = new("TimestampImprintMismatch", ErrorKind.SecurityError,
        "A timestamp was made for another signature than the one it comes with.",
        "Do not trust this signature; have the model signed again.");

    /// <summary>The authority did not sign what the timestamp says.</summary>
    public static readonly ErrorDefinition SignatureInvalid = new("TimestampSignatureInvalid", ErrorKind.SecurityError,
        "The signature of a timestamp does not verify, so its time may have been edited.",
        "Do not trust this signature; have the model signed again.");

    /// <summary>The certificate that signed the timestamp may not.</summary>
    public static readonly ErrorDefinition SignerRefused = new("TimestampSignerRefused", ErrorKind.SecurityError,
        "The certificate that signed a timestamp may not do so, or was not valid at the time that the timestamp says.",
        "Use another timestamp authority.");

    /// <summary>The time is outside that of the authority.</summary>
    public static readonly ErrorDefinition OutsideValidity = new("TimestampOutsideValidity", ErrorKind.SecurityError,
        "A timestamp says a time at which its authority was not trusted.",
        "Do not trust this signature; have the model signed again.");

    /// <summary>The answer of a server belongs to another request.</summary>
    public static readonly ErrorDefinition NonceMismatch = new("TimestampNonceMismatch", ErrorKind.SecurityError,
        "A timestamp server answered another request than the one that was sent.",
        "Use another timestamp server; this one repeats old answers, or somebody else answers for it.");

    /// <summary>The server's authority is not one that the caller trusts.</summary>
    public static readonly ErrorDefinition AuthorityUntrusted = new("TimestampAuthorityUntrusted", ErrorKind.SecurityError,
        "A timestamp was made by an authority that the caller does not trust.",
        "Give the authority's root certificate with -TimestampCertificate, or use another timestamp server.");

    /// <summary>The address is not one of HTTP.</summary>
    public static readonly ErrorDefinition ServerInvalid = new("TimestampServerInvalid", ErrorKind.InvalidArgument,
        "The address of a timestamp server is not an absolute http or https address.",
        "Give the address as the authority publishes it, such as http://timestamp.example.com.");

    /// <summary>The server cannot be reached.</summary>
    public static readonly ErrorDefinition ServerUnreachable = new("TimestampServerUnreachable", ErrorKind.ConnectionError,
        "A timestamp server could not be reached, or broke off.",
        "Check the address and the network, and run the command again; nothing was written.");

    /// <summary>The server is too slow.</summary>
    public static readonly ErrorDefinition ServerTimeout = new("TimestampServerTimeout", ErrorKind.OperationTimeout,
        "A timestamp server did not answer in time.",
        "Run the command again later, or use another timestamp server; nothing was written.");

    /// <summary>The server says no.</summary>
    public static readonly ErrorDefinition ServerRefused = new("TimestampServerRefused", ErrorKind.ResourceUnavailable,
        "A timestamp server refused to make a timestamp.",
        "Read the server's reason in the message; nothing was written.");

    /// <summary>The server's answer is too large.</summary>
    public static readonly ErrorDefinition AnswerTooLarge = new("TimestampAnswerTooLarge", ErrorKind.LimitsExceeded,
        "The answer of a timestamp server is larger than 1 MiB, which no timestamp is.",
        "Check the address; nothing was written.");
}
