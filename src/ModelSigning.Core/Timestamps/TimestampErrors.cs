using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Timestamps;

/// <summary>The refusals of timestamps and of their servers.</summary>
internal static class TimestampErrors
{
    /// <summary>The bytes are not a timestamp response.</summary>
    public static readonly ErrorDefinition Malformed = new("TimestampMalformed", ErrorKind.InvalidData,
        "The timestamp is not a granted RFC 3161 response with one signature.",
        "Ask the signer to sign the model again.");

    /// <summary>The timestamp is over something else.</summary>
    public static readonly ErrorDefinition ImprintMismatch = new("TimestampImprintMismatch", ErrorKind.SecurityError,
        "The timestamp was made for another signature.",
        "Do not trust this signature. Ask the signer to sign the model again.");

    /// <summary>The authority did not sign what the timestamp says.</summary>
    public static readonly ErrorDefinition SignatureInvalid = new("TimestampSignatureInvalid", ErrorKind.SecurityError,
        "The timestamp's signature is not valid, so its time cannot be trusted.",
        "Do not trust this signature. Ask the signer to sign the model again.");

    /// <summary>The certificate that signed the timestamp may not.</summary>
    public static readonly ErrorDefinition SignerRefused = new("TimestampSignerRefused", ErrorKind.SecurityError,
        "The certificate that signed the timestamp does not allow this, or was not valid at the timestamp's time.",
        "Use another timestamp authority.");

    /// <summary>The time is outside that of the authority.</summary>
    public static readonly ErrorDefinition OutsideValidity = new("TimestampOutsideValidity", ErrorKind.SecurityError,
        "The timestamp's time is outside the period in which its authority was trusted.",
        "Do not trust this signature. Ask the signer to sign the model again.");

    /// <summary>The answer of a server belongs to another request.</summary>
    public static readonly ErrorDefinition NonceMismatch = new("TimestampNonceMismatch", ErrorKind.SecurityError,
        "The timestamp server's response does not match the request.",
        "Use another timestamp server. This one may repeat old responses, or another computer may answer for it.");

    /// <summary>The server's authority is not one that the caller trusts.</summary>
    public static readonly ErrorDefinition AuthorityUntrusted = new("TimestampAuthorityUntrusted", ErrorKind.SecurityError,
        "The timestamp was made by an authority that is not trusted.",
        "If you trust the authority, specify its root certificate with -TimestampCertificate. Otherwise use another timestamp server.");

    /// <summary>The address is not one of HTTP.</summary>
    public static readonly ErrorDefinition ServerInvalid = new("TimestampServerInvalid", ErrorKind.InvalidArgument,
        "The address of the timestamp server is not an absolute http or https address.",
        "Use the address that the authority publishes, such as http://timestamp.example.com.");

    /// <summary>The server cannot be reached.</summary>
    public static readonly ErrorDefinition ServerUnreachable = new("TimestampServerUnreachable", ErrorKind.ConnectionError,
        "The timestamp server could not be reached, or closed the connection.",
        "Check the address and the network, and run the command again. Nothing was written.");

    /// <summary>The server is too slow.</summary>
    public static readonly ErrorDefinition ServerTimeout = new("TimestampServerTimeout", ErrorKind.OperationTimeout,
        "The timestamp server did not respond in time.",
        "Run the command again later, or use another timestamp server. Nothing was written.");

    /// <summary>The server says no.</summary>
    public static readonly ErrorDefinition ServerRefused = new("TimestampServerRefused", ErrorKind.ResourceUnavailable,
        "The timestamp server refused to make a timestamp.",
        "Read the server's reason in the message. Nothing was written.");

    /// <summary>The server's answer is too large.</summary>
    public static readonly ErrorDefinition AnswerTooLarge = new("TimestampAnswerTooLarge", ErrorKind.LimitsExceeded,
        "The response of the timestamp server is larger than 1 MiB.",
        "Check the address. Nothing was written.");
}
