namespace ModelSigning.Sigstore.Verifying;

/// <summary>
/// What a signature must satisfy. Exactly one of <see cref="Signer"/> and <see cref="Key"/> is set: there is no signer that is trusted
/// by default.
/// </summary>
public sealed record VerificationPolicy
{
    /// <summary>Whom to trust, for signatures with a certificate.</summary>
    public IdentityPolicy? Signer { get; init; }

    /// <summary>The key to trust, for signatures without a certificate.</summary>
    public ManagedKey? Key { get; init; }

    /// <summary>
    /// How many transparency logs, of different operators, must hold the signature; by default 1. With 0, entries of trusted logs are still verified,
    /// but a certificate's time must come from a timestamp authority.
    /// </summary>
    public int LogThreshold { get; init; } = 1;

    /// <summary>How many certificate transparency logs, of different operators, must have seen the certificate; by default 1. With 0, this is not checked.</summary>
    public int CertificateTimestampThreshold { get; init; } = 1;

    /// <summary>How many clocks, of different operators, must confirm the time of a certificate's signature; at least 1, which is the default.</summary>
    public int TimeThreshold { get; init; } = 1;
}

/// <summary>Whom the caller trusts to sign. Text is compared exactly, by its characters' codes, case included.</summary>
public sealed record IdentityPolicy
{
    /// <summary>The identity: an e-mail address, a URI or <c>name!domain</c>; null when <see cref="IdentityPattern"/> is used.</summary>
    public string? Identity { get; init; }

    /// <summary>
    /// A pattern of the whole identity, in which <c>*</c> stands for any characters but <c>/</c> and <c>@</c>, <c>**</c> for any characters, and
    /// <c>?</c> for one that is not <c>/</c> or <c>@</c>; null when <see cref="Identity"/> is used. It fits only the sort of name that it looks
    /// like: an e-mail address, a URI or <c>name!domain</c>.
    /// </summary>
    public string? IdentityPattern { get; init; }

    /// <summary>The address of the issuer that confirmed the identity.</summary>
    public required string Issuer { get; init; }

    /// <summary>The source repository, as <c>https://host/owner/name</c> or <c>owner/name</c>; null for any.</summary>
    public string? SourceRepository { get; init; }

    /// <summary>The address of the workflow's file with the ref, as the build configuration URI has it (extension .18); null for any.</summary>
    public string? Workflow { get; init; }

    /// <summary>The workflow's name (extension .4), which the workflow's author chooses: it protects from mistakes, not from the author; null for any.</summary>
    public string? WorkflowName { get; init; }

    /// <summary>The branch or tag, <c>refs/heads/main</c>; null for any.</summary>
    public string? Ref { get; init; }
}
