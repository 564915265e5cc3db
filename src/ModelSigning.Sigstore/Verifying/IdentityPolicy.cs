namespace ModelSigning.Sigstore.Verifying;

/// <summary>Whom the caller trusts to sign. Text is compared exactly, by its characters' codes, case included.</summary>
public sealed record IdentityPolicy
{
    /// <summary>The identity: an e-mail address, a URI or <c>name!domain</c>; null when <see cref="IdentityPattern"/> is used.</summary>
    public string? Identity { get; init; }

    /// <summary>
    /// A pattern of the whole identity, in which <c>*</c> stands for any characters and <c>?</c> for any one; null when
    /// <see cref="Identity"/> is used.
    /// </summary>
    public string? IdentityPattern { get; init; }

    /// <summary>The address of the issuer that vouched for the identity.</summary>
    public required string Issuer { get; init; }

    /// <summary>The source repository, as <c>https://host/owner/name</c> or <c>owner/name</c>; null for any.</summary>
    public string? SourceRepository { get; init; }

    /// <summary>The workflow, by its name or by the address of its file with the ref; null for any.</summary>
    public string? Workflow { get; init; }

    /// <summary>The branch or tag, <c>refs/heads/main</c>; null for any.</summary>
    public string? Ref { get; init; }
}
