namespace ModelSigning;

/// <summary>
/// What every error of this module carries, so that a script can write <c>catch [ModelSigning.RefusalException]</c>. The error's
/// identifier is the one that <c>docs/errors.md</c> lists.
/// </summary>
public sealed class RefusalException : Exception
{
    internal RefusalException(string id, string message, string? remedy, Exception? inner = null)
        : base(message, inner)
    {
        ErrorId = id;
        Remedy = remedy;
    }

    /// <summary>The stable identifier, for example <c>ModelNotFound</c>.</summary>
    public string ErrorId { get; }

    /// <summary>What to do about it, in one sentence; null when the message has said it all.</summary>
    public string? Remedy { get; }
}
