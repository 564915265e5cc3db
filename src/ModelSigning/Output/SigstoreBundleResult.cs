namespace ModelSigning;

/// <summary>The result of Test-SigstoreBundle for one file. Everything about the signer is verified, and null where it was not.</summary>
public sealed class SigstoreBundleResult
{
    internal SigstoreBundleResult(string path) => Path = path;

    /// <summary>The file, a full path, or the specified digest.</summary>
    public string Path { get; }

    /// <summary>The bundle: a full path.</summary>
    public string? BundlePath { get; internal init; }

    /// <summary>The verdict: the name of a <see cref="ModelSignatureStatus"/>, as text like that of <see cref="ModelSignatureResult"/>.</summary>
    public string Status => StatusValue.ToString();

    /// <summary>The verdict as a sentence.</summary>
    public string StatusMessage { get; internal init; } = "";

    /// <summary>The failure code (<c>docs/sigstore-verification.md</c>); null for a valid file.</summary>
    public string? ErrorId { get; internal init; }

    /// <summary>The identity that signed; null for a signature made with a key.</summary>
    public string? Identity { get; internal init; }

    /// <summary>The type of the identity: <c>Email</c>, <c>Uri</c> or <c>UserName</c>.</summary>
    public string? IdentityType { get; internal init; }

    /// <summary>Who confirmed the identity.</summary>
    public string? Issuer { get; internal init; }

    /// <summary>The algorithm of the key that verified the signature.</summary>
    public string? KeyAlgorithm { get; internal init; }

    /// <summary>The key's hint, for a signature made with a key.</summary>
    public string? KeyHint { get; internal init; }

    /// <summary>The earliest verified time at which the signature existed, in UTC.</summary>
    public DateTimeOffset? SignedTime { get; internal init; }

    /// <summary>The timestamp authority or log that confirmed that time.</summary>
    public string? TimeSource { get; internal init; }

    /// <summary>The transparency logs that hold the signature, and where in them.</summary>
    public SigstoreLogEntry[] LogEntries { get; internal init; } = [];

    /// <summary>
    /// The claims of the certificate about the workflow that signed, by the names that Fulcio gives them: <c>Issuer</c>, <c>SourceRepositoryURI</c>,
    /// <c>BuildTrigger</c> and so on.
    /// </summary>
    public IReadOnlyDictionary<string, string> Claims { get; internal init; } = new Dictionary<string, string>();

    /// <summary>What each step of the verification found.</summary>
    public string[] Findings { get; internal init; } = [];

    internal ModelSignatureStatus StatusValue { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Status}: {Path}";
}
