namespace ModelSigning;

/// <summary>What a line of a claims file says. Nothing of it is verified: anyone can write such a line. Test-ModelClaim verifies.</summary>
public sealed class UnverifiedModelClaim
{
    internal UnverifiedModelClaim(string claimsPath, int line) => (ClaimsPath, Line) = (claimsPath, line);

    /// <summary>The file of the claims: a full path.</summary>
    public string ClaimsPath { get; }

    /// <summary>The line of the file, from 1.</summary>
    public int Line { get; }

    /// <summary>Always false: nothing of this object is verified.</summary>
    public bool IsVerified { get; }

    /// <summary>The predicate type that the line has, a URI.</summary>
    public string ClaimedPredicateType { get; internal init; } = "";

    /// <summary>The content that the line has: an object with the members of the predicate; null where it has none.</summary>
    public object? ClaimedPredicate { get; internal init; }

    /// <summary>The names of what it says it is about.</summary>
    public string[] ClaimedSubjectNames { get; internal init; } = [];

    /// <summary>The root digests of what it says it is about, as <c>sha256:hex</c>.</summary>
    public string[] ClaimedRootDigests { get; internal init; } = [];

    /// <summary>The method it claims: <c>Key</c>, <c>Certificate</c> or <c>Sigstore</c>.</summary>
    public string ClaimedMethod { get; internal init; } = "";

    /// <summary>The signer it claims, in one line.</summary>
    public string ClaimedSigner { get; internal init; } = "";

    /// <summary>The issuer that it claims; null without a certificate.</summary>
    public string? ClaimedIssuer { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => ClaimsPath;
}
