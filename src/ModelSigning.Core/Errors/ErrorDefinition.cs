namespace ModelSigning.Core.Errors;

/// <summary>
/// One entry of the error table: the stable identifier that scripts match, and the cause and the cure that
/// <c>docs/errors.md</c> lists. Each folder of the engine keeps its own in a static class named after the folder
/// (<c>BundleErrors</c>, <c>HashingErrors</c>, …); a test compares them all with the table.
/// </summary>
/// <param name="Id">
/// Stable, unique, PascalCase; the refusals of a Sigstore verification carry the specification's own codes (<c>LOG-SET</c>) instead.
/// </param>
/// <param name="Kind">The category that a cmdlet reports.</param>
/// <param name="Cause">What happened, for a reader who does not know the code. One sentence.</param>
/// <param name="Cure">What to do about it. One sentence.</param>
public sealed record ErrorDefinition(string Id, ErrorKind Kind, string Cause, string Cure)
{
    /// <summary>Makes the exception for one occurrence.</summary>
    /// <param name="message">One sentence or two for the person who sees it: what, where (path, name, found and expected value) and what to do.</param>
    /// <param name="target">The path, URI or name that the error is about.</param>
    /// <param name="inner">The exception that led here, if any.</param>
    /// <param name="cure">What to do about this occurrence, where the entry's own cure would mislead.</param>
    public ModelSigningException At(string message, string? target = null, Exception? inner = null, string? cure = null) => new(this, message, target, inner, cure);
}

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

    /// <summary>A file, key, token or service that was asked for does not exist.</summary>
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

/// <summary>
/// A refusal. The engine throws no other exception for anything that an input, a file system, a device or a service can cause;
/// cancellation is <see cref="OperationCanceledException"/>.
/// </summary>
public class ModelSigningException : Exception
{
    // A message quotes names and values from outside, which may be of any length.
    private const int LongestMessage = 4096;

    /// <summary>Makes a refusal; <see cref="ErrorDefinition.At"/> is the usual way.</summary>
    /// <param name="definition">The entry of the error table.</param>
    /// <param name="message">What, where and what to do.</param>
    /// <param name="target">The path, URI or name that the refusal is about.</param>
    /// <param name="inner">The cause, if it was an exception.</param>
    /// <param name="cure">What to do about it; null for what the definition says.</param>
    public ModelSigningException(ErrorDefinition definition, string message, string? target = null, Exception? inner = null, string? cure = null)
        : base(Printable(message), inner)
    {
        ArgumentNullException.ThrowIfNull(definition);
        Definition = definition;
        Target = target;
        Cure = cure ?? definition.Cure;
    }

    /// <summary>The entry of the error table.</summary>
    public ErrorDefinition Definition { get; }

    /// <summary>The path, URI or name that the refusal is about.</summary>
    public string? Target { get; }

    /// <summary>What to do about it.</summary>
    public string Cure { get; }

    private static string Printable(string message) =>
        PrintableText.Of(message.Length <= LongestMessage ? message : message[..LongestMessage] + "…");
}
