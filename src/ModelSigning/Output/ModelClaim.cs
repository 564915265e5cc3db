namespace ModelSigning;

/// <summary>
/// A claim about a model, as Test-ModelClaim verified it. With -Detailed also a line that does not count: then everything that it says is null, and
/// StatusMessage says why.
/// </summary>
public sealed class ModelClaim
{
    internal ModelClaim(string path) => Path = path;

    /// <summary>The model: a full path.</summary>
    public string Path { get; }

    /// <summary>The file of the claims: a full path; null when the model itself does not verify.</summary>
    public string? ClaimsPath { get; internal init; }

    /// <summary>The line of the file, from 1; null where the object is about the model or the whole file.</summary>
    public int? Line { get; internal init; }

    /// <summary>
    /// <c>Valid</c>: the model verifies and a trusted signer made the claim about it. <c>OtherModel</c>: it is about another model, or another version or form of this one.
    /// Else as for Test-ModelSignature:
    /// <c>NotTrusted</c>, <c>Incompatible</c>, <c>NotSigned</c>, <c>HashMismatch</c>, <c>UnknownError</c>.
    /// </summary>
    public string Status { get; internal init; } = "";

    /// <summary>The status as a sentence.</summary>
    public string StatusMessage { get; internal init; } = "";

    /// <summary>The error's identifier (<c>docs/errors.md</c>); null for a claim that counts.</summary>
    public string? ErrorId { get; internal init; }

    /// <summary>The rule of the trust policy that decided; null without a policy.</summary>
    public string? TrustRule { get; internal init; }

    /// <summary>The type of the claim, a URI.</summary>
    public string? PredicateType { get; internal init; }

    /// <summary>The claim's content: an object with the members of the predicate.</summary>
    public object? Predicate { get; internal init; }

    /// <summary>The claim's content as it was signed: JSON.</summary>
    public string? PredicateJson { get; internal init; }

    /// <summary>What the signer calls the model.</summary>
    public string? SubjectName { get; internal init; }

    /// <summary>
    /// <c>Content</c>: the claim names the model's pin, and so the names of its files. <c>RootDigest</c>: it names the root digest alone, which stays the same
    /// when files are renamed.
    /// </summary>
    public string? BoundTo { get; internal init; }

    /// <summary>How the claim was signed: <c>Key</c>, <c>Certificate</c> or <c>Sigstore</c>.</summary>
    public string? Method { get; internal init; }

    /// <summary>Who made the claim, in one line: a key's hint, a certificate's subject, an identity.</summary>
    public string? Signer { get; internal init; }

    /// <summary>Who confirmed the identity of a Sigstore signature; null for other methods.</summary>
    public string? Issuer { get; internal init; }

    /// <summary>The confirmed signing time of the claim, in UTC; null if no time is confirmed.</summary>
    public DateTimeOffset? SignedTime { get; internal init; }

    /// <summary>The timestamp authority or log that confirmed that time; null if none did.</summary>
    public string? TimeSource { get; internal init; }

    /// <summary>What lies in the model and was not checked, as in the result of Test-ModelSignature.</summary>
    public string[] UncheckedPaths { get; internal init; } = [];

    /// <summary>Who signed the model itself, in one line; null when the model does not verify.</summary>
    public string? ModelSigner { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Status}: {PredicateType ?? Path}";
}
