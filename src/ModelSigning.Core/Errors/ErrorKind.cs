namespace ModelSigning.Core.Errors;

/// <summary>
/// What sort of refusal an error is. The members carry the names of PowerShell's <c>ErrorCategory</c>, so that a cmdlet
/// translates by name and the engine needs no PowerShell.
/// </summary>
public enum ErrorKind
{
    /// <summary>A fault of this module itself, of which nothing more is known.</summary>
    NotSpecified,

    /// <summary>An argument of the caller cannot be used.</summary>
    InvalidArgument,

    /// <summary>A file, key, token or service that was asked for is not there.</summary>
    ObjectNotFound,

    /// <summary>Something that exists could not be read.</summary>
    ReadError,

    /// <summary>Something could not be written.</summary>
    WriteError,

    /// <summary>The operating system denies access.</summary>
    PermissionDenied,

    /// <summary>The target exists and was not to be overwritten.</summary>
    ResourceExists,

    /// <summary>Data that breaks its format's rules.</summary>
    InvalidData,

    /// <summary>A signature, a digest, a certificate or an identity that does not verify.</summary>
    SecurityError,

    /// <summary>A password, PIN or token is missing or wrong.</summary>
    AuthenticationError,

    /// <summary>A device or a service does not do its work.</summary>
    ResourceUnavailable,

    /// <summary>A service could not be reached or broke off.</summary>
    ConnectionError,

    /// <summary>A deadline passed.</summary>
    OperationTimeout,

    /// <summary>An input is larger, deeper or more numerous than its bound.</summary>
    LimitsExceeded,

    /// <summary>A thing that the formats allow and that this module does not do.</summary>
    NotImplemented,
}
