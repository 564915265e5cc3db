namespace ModelSigning.Sigstore.Verifying;

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
