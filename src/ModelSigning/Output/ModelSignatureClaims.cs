namespace ModelSigning;

/// <summary>What a signature file claims. Nothing of it is verified: anyone can write such a file. Test-ModelSignature verifies.</summary>
public sealed class ModelSignatureClaims
{
    internal ModelSignatureClaims(string signaturePath) => SignaturePath = signaturePath;

    /// <summary>The signature file: a full path.</summary>
    public string SignaturePath { get; }

    /// <summary>Always false: nothing of this object is verified.</summary>
    public bool IsVerified { get; }

    /// <summary>The model that was asked for: a full path; null when a signature file was asked for.</summary>
    public string? Path { get; internal init; }

    /// <summary>The method it claims: <c>Key</c>, <c>Certificate</c> or <c>Sigstore</c>.</summary>
    public string ClaimedMethod { get; internal init; } = "";

    /// <summary>The signer it claims, in one line: a key's hint, a certificate's subject, an identity.</summary>
    public string ClaimedSigner { get; internal init; } = "";

    /// <summary>The issuer of the certificate it carries; null without a certificate.</summary>
    public string? ClaimedIssuer { get; internal init; }

    /// <summary>The repository that the workflow of <see cref="ClaimedSigner"/> worked for: its own, or one that called it, as any repository can call a workflow that allows it. Null for any other signer.</summary>
    public string? ClaimedSourceRepository { get; internal init; }

    /// <summary>The validity of the certificate it carries: the start, in UTC; null without a certificate.</summary>
    public DateTimeOffset? ClaimedNotBefore { get; internal init; }

    /// <summary>The validity of the certificate it carries: the end, in UTC; null without a certificate.</summary>
    public DateTimeOffset? ClaimedNotAfter { get; internal init; }

    /// <summary>When the transparency log's entry claims to have been made, in UTC; null when there is none or it does not say.</summary>
    public DateTimeOffset? ClaimedLogTime { get; internal init; }

    /// <summary>How many RFC 3161 timestamps it carries.</summary>
    public int TimestampCount { get; internal init; }

    /// <summary>How many transparency log entries it carries.</summary>
    public int LogEntryCount { get; internal init; }

    /// <summary>The bundle format's version: <c>0.1</c>, <c>0.2</c> or <c>0.3</c>.</summary>
    public string BundleVersion { get; internal init; } = "";

    /// <summary>The statement's predicate type, a URI.</summary>
    public string ClaimedPredicateType { get; internal init; } = "";

    /// <summary>The model's name in the statement; verifiers do not compare it.</summary>
    public string ClaimedModelName { get; internal init; } = "";

    /// <summary>The root digest, as <c>sha256:hex</c>; null in the format of v0.2.0, which has none.</summary>
    public string? ClaimedRootDigest { get; internal init; }

    /// <summary>The pin of what it lists, as <c>pin1:hex</c>: the names and digests of all files, and how they were hashed. A trust policy can name it.</summary>
    public string ClaimedModelPin { get; internal init; } = "";

    /// <summary>The digest algorithm: <c>sha256</c>, <c>blake2b</c> or <c>blake3</c>.</summary>
    public string ClaimedHashAlgorithm { get; internal init; } = "";

    /// <summary>The shard size in bytes; null when whole files are listed.</summary>
    public long? ClaimedShardSize { get; internal init; }

    /// <summary>Whether symbolic links are said to have been followed.</summary>
    public bool ClaimedAllowSymlinks { get; internal init; }

    /// <summary>The paths that are said not to be signed, relative to the model.</summary>
    public string[] ClaimedIgnorePaths { get; internal init; } = [];

    /// <summary>How many resources it lists.</summary>
    public int ClaimedResourceCount { get; internal init; }

    /// <summary>The resources it lists: the first 1,000 of them, and with -Resource all.</summary>
    public ModelResource[] ClaimedResources { get; internal init; } = [];

    /// <inheritdoc/>
    public override string ToString() => SignaturePath;
}
