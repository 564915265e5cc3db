using System.Management.Automation;
using System.Security.Cryptography;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;
using ModelSigning.Core.Tracing;
using ModelSigning.Sigstore;
using ModelSigning.Sigstore.Trust;
using ModelSigning.Sigstore.Verifying;

namespace ModelSigning;

/// <summary>Verifies that a file is exactly as a signer you trust signed it with Sigstore.</summary>
/// <remarks>
/// <para>
/// Test-SigstoreBundle verifies the Sigstore bundle of any file: a signature of the file itself, or a signed in-toto statement (an
/// attestation) that has the file among its subjects. It is verified against the identity and issuer that you name, or against a public
/// key for a bundle made with one. Nothing in the bundle gives trust, and no network is used.
/// </para>
/// <para>
/// A file that verifies is written as an object with the signer, the times and the log entries. A file that does not writes NO object but
/// an error, whose id is the failure code (docs/sigstore-verification.md) and whose TargetObject is the result. -Detailed writes a result
/// for every file and no error for a verdict, -Quiet one $true or $false for the whole call.
/// </para>
/// </remarks>
/// <example>
/// <code>Test-SigstoreBundle ./tool.tar.gz -Identity https://github.com/example/tool/.github/workflows/release.yml@refs/tags/v1.0 -Issuer https://token.actions.githubusercontent.com</code>
/// <para>Verifies ./tool.tar.gz.sigstore.json.</para>
/// </example>
/// <example>
/// <code>Test-SigstoreBundle -Digest sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 -BundlePath ./a.sigstore.json -PublicKey ./team.pub</code>
/// <para>Verifies a bundle made with a key, knowing only the file's digest.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "SigstoreBundle", DefaultParameterSetName = PathSet)]
[OutputType(typeof(SigstoreBundleResult), typeof(bool))]
public sealed class TestSigstoreBundleCommand : CancellableCommand
{
    private const string PathSet = "Path", LiteralPathSet = "LiteralPath", DigestSet = "Digest";
    private const string KeyPathSet = "KeyPath", KeyLiteralPathSet = "KeyLiteralPath", KeyDigestSet = "KeyDigest";
    private const string DigestPattern = "^(sha256:[0-9A-Fa-f]{64}|sha384:[0-9A-Fa-f]{96}|sha512:[0-9A-Fa-f]{128})\\z";
    private readonly SingleAnswer _answer = new();
    private SigstoreVerifier? _verifier;

    private const string PathHelp = "The file, for example ./tool.tar.gz.";

    /// <summary>The signed file. Wildcards are expanded, and each match is a file of its own.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = PathSet, HelpMessage = PathHelp)]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = KeyPathSet, HelpMessage = PathHelp)]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    [SupportsWildcards]
    [PathTransformation]
    [Alias("FilePath")]
    public string[] Path { get; set; } = [];

    private const string LiteralPathHelp = "The file, for example ./tool.tar.gz.";

    /// <summary>The signed file, its name taken as it is written, without wildcards.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet, HelpMessage = LiteralPathHelp)]
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = KeyLiteralPathSet, HelpMessage = LiteralPathHelp)]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    [Alias("PSPath", "LP")]
    [LiteralPathTransformation(TakesObjects = true)]
    public string[] LiteralPath { get; set; } = [];

    private const string DigestHelp = "The digest of the signed file: sha256:, sha384: or sha512: and hexadecimal digits.";

    /// <summary>
    /// The digest of the signed file instead of the file: sha256:, sha384: or sha512: and hexadecimal. Specify the file itself if it can be had: a digest does not show that a file begins with DSSEv1. Such a
    /// file can be the encoding of a statement, whose signature was never one of a file; it is refused as a file and cannot be told by its digest.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = DigestSet, HelpMessage = DigestHelp)]
    [Parameter(Mandatory = true, ParameterSetName = KeyDigestSet, HelpMessage = DigestHelp)]
    [ValidatePattern(DigestPattern)]
    public string Digest { get; set; } = "";

    private const string BundlePathHelp = "The bundle file, for example ./file.sigstore.json.";

    /// <summary>The bundle; by default the file's path with .sigstore.json after it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = PathSet)]
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet)]
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = KeyPathSet)]
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = KeyLiteralPathSet)]
    [Parameter(Mandatory = true, ParameterSetName = DigestSet, HelpMessage = BundlePathHelp)]
    [Parameter(Mandatory = true, ParameterSetName = KeyDigestSet, HelpMessage = BundlePathHelp)]
    [AllowNull]
    [AllowEmptyString]
    [LiteralPathTransformation]
    public string BundlePath { get; set => field = value ?? ""; } = "";

    /// <summary>The identity that you trust to sign, exactly: an e-mail address, or the address of a workflow with its ref. Case counts.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [Parameter(ParameterSetName = DigestSet)]
    [ValidateNotNullOrEmpty]
    public string Identity { get; set; } = "";

    /// <summary>
    /// A pattern of the whole identity instead of -Identity: * stands for any characters but / and @, ** for any characters, and ? for one that
    /// is not / or @. It matches only the kind of name that it looks like: an e-mail address, a URI or a user name.
    /// </summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [Parameter(ParameterSetName = DigestSet)]
    [ValidateNotNullOrEmpty]
    public string IdentityPattern { get; set; } = "";

    private const string IssuerHelp = "The issuer of the identity, for example https://token.actions.githubusercontent.com.";

    /// <summary>The issuer that confirmed the identity, exactly, for example https://token.actions.githubusercontent.com.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PathSet, HelpMessage = IssuerHelp)]
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, HelpMessage = IssuerHelp)]
    [Parameter(Mandatory = true, ParameterSetName = DigestSet, HelpMessage = IssuerHelp)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(IssuerCompleter))]
    public string Issuer { get; set; } = "";

    /// <summary>The source repository that the workflow must belong to: owner/name, or https://host/owner/name.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [Parameter(ParameterSetName = DigestSet)]
    [ValidateNotNullOrEmpty]
    public string SourceRepository { get; set; } = "";

    /// <summary>
    /// The address of the workflow's file with its ref, exactly: https://github.com/OWNER/REPO/.github/workflows/FILE@refs/heads/main.
    /// </summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [Parameter(ParameterSetName = DigestSet)]
    [ValidateNotNullOrEmpty]
    public string Workflow { get; set; } = "";

    /// <summary>
    /// The workflow's name. The author of a workflow chooses it, so that it guards against mistakes and not against someone who can change the
    /// repository. Use it together with -Identity or -Workflow.
    /// </summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [Parameter(ParameterSetName = DigestSet)]
    [ValidateNotNullOrEmpty]
    public string WorkflowName { get; set; } = "";

    /// <summary>The branch or tag that the workflow must have run for, such as refs/heads/main or refs/tags/v1.0.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [Parameter(ParameterSetName = DigestSet)]
    [ValidateNotNullOrEmpty]
    public string Ref { get; set; } = "";

    private const string PublicKeyHelp = "The file of the public key that you trust, for example ./release.pub.";

    /// <summary>The public key that you trust, a PEM file, for a bundle that was signed with a key. Wildcards may match one file.</summary>
    [Parameter(Mandatory = true, ParameterSetName = KeyPathSet, HelpMessage = PublicKeyHelp)]
    [Parameter(Mandatory = true, ParameterSetName = KeyLiteralPathSet, HelpMessage = PublicKeyHelp)]
    [Parameter(Mandatory = true, ParameterSetName = KeyDigestSet, HelpMessage = PublicKeyHelp)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [LiteralPathTransformation]
    public string PublicKey { get; set; } = "";

    /// <summary>
    /// A trusted_root.json to verify against, instead of the public Sigstore instance's. With -PublicKey a log entry is required then.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string TrustedRoot { get; set; } = "";

    /// <summary>A client trust configuration, which holds a trusted root, to verify against instead.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string TrustConfig { get; set; } = "";

    /// <summary>The name of a Sigstore instance that Update-SigstoreTrust registered, to verify against instead.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SigstoreInstanceCompleter))]
    public string SigstoreInstance { get; set; } = "";

    /// <summary>
    /// Writes a result for every file, whatever the verdict, also for one that does not exist, and no error for a verdict. Do not use it as a condition.
    /// </summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <summary>
    /// Writes one $true or $false for the whole call: $true only if at least one file was specified and all of them verified. No error is written for a
    /// verdict; -Verbose says why a file failed.
    /// </summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>Checks what the parameter sets cannot.</summary>
    protected override void BeginProcessing()
    {
        this.RequireSpecified(nameof(BundlePath), BundlePath);
        if (Quiet && Detailed)
        {
            ThrowTerminatingError(CommandErrors.QuietAndDetailed
                .At("-Quiet writes $true or $false, -Detailed writes results.").ToErrorRecord());
        }

        if (Quiet)
        {
            this.RefuseScriptBlocks();
        }
    }

    /// <summary>Verifies the files of one record of the pipeline.</summary>
    protected override void ProcessRecord()
    {
        _verifier ??= OrTerminate(MakeVerifier);
        if (Digest.Length > 0)
        {
            Write(Verify(Digest, _ => DigestOf(Digest), BundlePath));
            return;
        }

        bool literal = ParameterSetName is LiteralPathSet or KeyLiteralPathSet;
        foreach (string path in (literal ? LiteralPath : Path).OrOneEmpty())
        {
            foreach (string file in Resolve(path, literal))
            {
                Write(Verify(file, token => ArtifactOf(file, token), BundlePath.Length > 0 ? BundlePath : file + ".sigstore.json"));
            }
        }
    }

    /// <summary>Writes the answer of -Quiet.</summary>
    protected override void EndProcessing()
    {
        if (Quiet)
        {
            WriteObject(_answer.IsTrue);
        }
    }

    private static FileArtifact ArtifactOf(string file, CancellationToken token)
    {
        ModelLocation.RequireOneFile(file);
        return new(file, token);
    }

    private IReadOnlyList<string> Resolve(string path, bool literal)
    {
        ModelSigningException refusal;
        try
        {
            return Guarded(() => literal ? [this.ExistingFileSystemPath(path)] : this.MatchingFileSystemPaths(path));
        }
        catch (ModelSigningException caught)
        {
            refusal = caught;
        }

        Write(new(BundleVerdict.Of(refusal, path, bundle: null), refusal));
        return [];
    }

    private (SigstoreBundleResult Result, ModelSigningException? Refusal) Verify(string name, Func<CancellationToken, IArtifact> artifact, string bundlePath)
    {
        string? bundle = null;
        try
        {
            SigstoreVerification verified = Guarded(() =>
            {
                bundle = this.FileSystemPath(bundlePath);
                return RunInBackground(null, (_, token) => Traces.Run(
                    "Verify", () => [new("model_signing.model_path", name), new("model_signing.signature", bundle)], () => _verifier!.Verify(SigstoreErrors.ReadBundle(bundle, token), artifact(token))));
            });
            WriteWarnings(Quiet ? [] : verified.Warnings, name);
            return (Guarded(() => BundleVerdict.Of(verified, name, bundle!)), null);
        }
        catch (ModelSigningException caught)
        {
            // The definition's cure names the parameter of the cmdlets that verify models.
            ModelSigningException refusal = caught.Definition == BundleErrors.BundleNotFound
                ? BundleErrors.BundleNotFound.At(caught.Message, caught.Target, caught, "If the bundle is elsewhere, specify its path with -BundlePath.") : caught;
            return (BundleVerdict.Of(refusal, name, bundle), refusal);
        }
    }

    private void Write((SigstoreBundleResult Result, ModelSigningException? Refusal) verdict)
    {
        (SigstoreBundleResult result, ModelSigningException? refusal) = verdict;
        foreach (string line in refusal is null ? result.Findings : [refusal.About(result.Path).Message])
        {
            WriteVerbose(line);
        }

        _answer.Add(refusal is null);
        if (Quiet)
        {
            return;
        }

        if (refusal is not null && !Detailed)
        {
            WriteError(refusal.About(result.Path).ToErrorRecord(result));
            return;
        }

        foreach (string warning in refusal is null ? PipedPath.Warnings(result.Path) : [])
        {
            WriteWarning(warning);
        }

        WriteObject(result);
    }

    private SigstoreVerifier MakeVerifier()
    {
        TrustedRoot root = this.LoadTrust(TrustedRoot, TrustConfig, SigstoreInstance).TrustedRoot;
        bool chosen = TrustedRoot.Length > 0 || TrustConfig.Length > 0 || SigstoreInstance.Length > 0;
        return new SigstoreVerifier(root, PublicKey.Length == 0
            ? SignerInput.Policy(Identity, IdentityPattern, Issuer, SourceRepository, Workflow, WorkflowName, Ref)
            : new VerificationPolicy { Key = ReadOnlyKey(), LogThreshold = chosen ? 1 : 0 });
    }

    private ManagedKey ReadOnlyKey() => this.InputFiles(PublicKey, SigstoreErrors.Key) is [var only]
        ? RunInterruptibly(_ => ManagedKey.Read(only))
        : throw SigstoreErrors.Key.At($"'{PublicKey}' matches more than one file, but only one key can be used.", PublicKey);

    private static DigestArtifact DigestOf(string text)
    {
        string[] parts = text.Split(':');
        return new DigestArtifact(new HashAlgorithmName(parts[0].ToUpperInvariant()), Hexadecimal.ReadAnyCase(parts[1])!);
    }
}
