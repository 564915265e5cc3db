namespace ModelSigning;

/// <summary>A claim about a model that New-ModelClaim made.</summary>
public sealed class SignedModelClaim
{
    internal SignedModelClaim(string path, string claimsPath) => (Path, ClaimsPath) = (path, claimsPath);

    /// <summary>The model: a full path.</summary>
    public string Path { get; }

    /// <summary>The file that the claim was added to: a full path.</summary>
    public string ClaimsPath { get; }

    /// <summary>The type of the claim, a URI.</summary>
    public string PredicateType { get; internal init; } = "";

    /// <summary>The root digest of the model's signature, which the claim is about, as <c>sha256:hex</c>.</summary>
    public string RootDigest { get; internal init; } = "";

    /// <summary>The model's pin, which the claim is bound to, as <c>pin1:hex</c>.</summary>
    public string ModelPin { get; internal init; } = "";

    /// <summary>How it was signed: <c>Key</c>, <c>Certificate</c> or <c>Sigstore</c>.</summary>
    public string Method { get; internal init; } = "";

    /// <inheritdoc/>
    public override string ToString() => ClaimsPath;
}
