using System.Management.Automation;
using ModelSigning.Core.Errors;
using ModelSigning.Sigstore;
using ModelSigning.Sigstore.Verifying;

namespace ModelSigning;

// The Sigstore method: an identity, and who confirmed it.
public abstract partial class VerifyingCommand
{
    private protected const string SigstoreSet = "Sigstore", SigstoreLiteralPathSet = "SigstoreLiteralPath";

    /// <summary>
    /// The identity that you trust to sign, exactly: an e-mail address, or the address of a workflow with its ref. Case counts.
    /// </summary>
    [Parameter(ParameterSetName = SigstoreSet)]
    [Parameter(ParameterSetName = SigstoreLiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public string Identity { get; set; } = "";

    /// <summary>
    /// A pattern of the whole identity instead of -Identity: * stands for any characters but / and @, ** for any characters, and ? for one that
    /// is not / or @. It matches only the kind of name that it looks like: an e-mail address, a URI or a user name.
    /// 'https://github.com/example/**' trusts every workflow of an organisation.
    /// </summary>
    [Parameter(ParameterSetName = SigstoreSet)]
    [Parameter(ParameterSetName = SigstoreLiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public string IdentityPattern { get; set; } = "";

    private const string IssuerHelp = "The issuer of the identity, for example https://token.actions.githubusercontent.com.";

    /// <summary>
    /// The issuer that confirmed the identity, exactly, for example https://token.actions.githubusercontent.com for GitHub Actions or
    /// https://accounts.google.com for a person with a Google account.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = SigstoreSet, HelpMessage = IssuerHelp)]
    [Parameter(Mandatory = true, ParameterSetName = SigstoreLiteralPathSet, HelpMessage = IssuerHelp)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(IssuerCompleter))]
    public string Issuer { get; set; } = "";

    /// <summary>The source repository that the workflow must belong to: owner/name, or https://host/owner/name.</summary>
    [Parameter(ParameterSetName = SigstoreSet)]
    [Parameter(ParameterSetName = SigstoreLiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public string SourceRepository { get; set; } = "";

    /// <summary>
    /// The address of the workflow's file with its ref, exactly: https://github.com/OWNER/REPO/.github/workflows/FILE@refs/heads/main.
    /// </summary>
    [Parameter(ParameterSetName = SigstoreSet)]
    [Parameter(ParameterSetName = SigstoreLiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public string Workflow { get; set; } = "";

    /// <summary>
    /// The workflow's name. The author of a workflow chooses it, so that it guards against mistakes and not against someone who can change the
    /// repository. Use it together with -Identity or -Workflow.
    /// </summary>
    [Parameter(ParameterSetName = SigstoreSet)]
    [Parameter(ParameterSetName = SigstoreLiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public string WorkflowName { get; set; } = "";

    /// <summary>The branch or tag that the workflow must have run for, such as refs/heads/main or refs/tags/v1.0.</summary>
    [Parameter(ParameterSetName = SigstoreSet)]
    [Parameter(ParameterSetName = SigstoreLiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public string Ref { get; set; } = "";

    /// <summary>
    /// A trusted_root.json to verify against, instead of the public Sigstore instance's. No other trust is used then. With -PublicKey,
    /// -TrustedCertificate and -SystemTrust it names the timestamp authorities that are trusted, beside -TimestampCertificate.
    /// </summary>
    [Parameter(ParameterSetName = SigstoreSet)]
    [Parameter(ParameterSetName = SigstoreLiteralPathSet)]
    [Parameter(ParameterSetName = KeySet)]
    [Parameter(ParameterSetName = KeyLiteralPathSet)]
    [Parameter(ParameterSetName = CertificateSet)]
    [Parameter(ParameterSetName = CertificateLiteralPathSet)]
    [Parameter(ParameterSetName = SystemTrustSet)]
    [Parameter(ParameterSetName = SystemTrustLiteralPathSet)]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string TrustedRoot { get; set; } = "";

    /// <summary>A client trust configuration, which holds a trusted root, to verify against instead.</summary>
    [Parameter(ParameterSetName = SigstoreSet)]
    [Parameter(ParameterSetName = SigstoreLiteralPathSet)]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string TrustConfig { get; set; } = "";

    /// <summary>The name of a Sigstore instance that Update-SigstoreTrust registered, to verify against instead.</summary>
    [Parameter(ParameterSetName = SigstoreSet)]
    [Parameter(ParameterSetName = SigstoreLiteralPathSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SigstoreInstanceCompleter))]
    public string SigstoreInstance { get; set; } = "";

    private SigstoreModelVerifier MakeSigstoreVerifier() => new(
        this.LoadTrust(TrustedRoot, TrustConfig, SigstoreInstance).TrustedRoot,
        SignerInput.Policy(Identity, IdentityPattern, Issuer, SourceRepository, Workflow, WorkflowName, Ref));

    /// <summary>A refusal under the code that a Sigstore verification gives it.</summary>
    private ModelSigningException Coded(ModelSigningException refusal) =>
        ParameterSetName is SigstoreSet or SigstoreLiteralPathSet ? SigstoreErrors.Translate(refusal) : refusal;
}
