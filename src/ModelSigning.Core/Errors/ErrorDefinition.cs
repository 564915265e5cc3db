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
/// <param name="Cause">What happened, for a reader who knows nothing of the code. One sentence.</param>
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
