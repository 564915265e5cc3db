using System.Management.Automation;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Claims;
using ModelSigning.Core.Hashing;

namespace ModelSigning;

/// <summary>Signs a claim about a signed model, such as test results, its provenance or a bill of materials.</summary>
/// <remarks>
/// <para>
/// New-ModelClaim signs an in-toto statement about a model and adds it as a line to NAME.claims.jsonl beside the model. Each line is a complete Sigstore bundle that
/// other tools read. The lines that are there stay as they are, also when several commands add claims at the same time.
/// </para>
/// <para>
/// The claim is about the root digest of the model's own signature, so the model must be signed first. Its files are hashed and must be those that the signature
/// lists. Who signed the model is not checked: verify it with Test-ModelSignature before you say anything about it. A bill of materials must match the model.
/// </para>
/// <para>
/// The claim also names the model's pin, which covers the names of the files. It never lies inside the model, where an unsigned file would make every verification
/// fail.
/// </para>
/// <para>The verifier of the model decides whose claims count: Test-ModelClaim lists them, and a trust policy can require them.</para>
/// </remarks>
/// <example>
/// <code>[ordered]@{ result = 'PASSED'; configuration = @() } | New-ModelClaim ./model -PredicateType test-result -PrivateKey ./release.key</code>
/// <para>Claims that a model passed its tests. Each object of the pipeline becomes a claim.</para>
/// </example>
/// <example>
/// <code>New-ModelClaim ./model -PredicateType https://slsa.dev/provenance/v1 -Predicate ./predicate.json -PrivateKey ./release.key -WhatIf</code>
/// <para>Says what would be claimed with the content of a file, and writes nothing.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "ModelClaim", DefaultParameterSetName = KeySet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(SignedModelClaim))]
public sealed class NewModelClaimCommand : SigningCommand
{
    private const string PredicateHelp = "The file with the predicate, for example ./predicate.json.";

    // A reference of its own: the shell asks for the fields of this class before the engine can be loaded, and a tuple would need its type for that.
    private ClaimSubject? _subject;
    private string _subjectOf = "";

    /// <summary>What is claimed: cyclonedx, spdx, slsa-provenance, test-result, or any URI that a format's specification publishes.</summary>
    [Parameter(Mandatory = true, HelpMessage = "What is claimed, for example test-result.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PredicateTypeCompleter))]
    public string PredicateType { get; set; } = "";

    /// <summary>
    /// The content of the claim: the path of a JSON file, JSON text that begins with {, or an object, which becomes JSON as ConvertTo-Json makes it. One JSON object of
    /// at most 8 MiB. Objects of the pipeline are taken where -Path or -LiteralPath names the model.
    /// </summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = KeySet, HelpMessage = PredicateHelp)]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = KeyLiteralPathSet, HelpMessage = PredicateHelp)]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = CertificateSet, HelpMessage = PredicateHelp)]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = CertificateLiteralPathSet, HelpMessage = PredicateHelp)]
    [Parameter(Mandatory = true, ParameterSetName = CertificateObjectSet, HelpMessage = PredicateHelp)]
    [Parameter(Mandatory = true, ParameterSetName = CertificateObjectLiteralPathSet, HelpMessage = PredicateHelp)]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = Pkcs11Set, HelpMessage = PredicateHelp)]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = Pkcs11LiteralPathSet, HelpMessage = PredicateHelp)]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = Pkcs11CertificateSet, HelpMessage = PredicateHelp)]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = Pkcs11CertificateLiteralPathSet, HelpMessage = PredicateHelp)]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = SigstoreSet, HelpMessage = PredicateHelp)]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = SigstoreLiteralPathSet, HelpMessage = PredicateHelp)]
    [ValidateNotNull]
    public PSObject? Predicate { get; set; }

    /// <summary>The model's own signature file; by default it is searched for in or beside the model.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string SignaturePath { get; set; } = "";

    /// <summary>The file that the claim is added to, whose name ends in .jsonl; by default NAME.claims.jsonl beside the model.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string ClaimsPath { get; set; } = "";

    /// <summary>Does not ask before something becomes public in a transparency log.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool IsForced => Force;

    private protected override void ProcessModel(string model)
    {
        if (Attempt(model, () => ClaimOrSay(model)) is { } claimed)
        {
            WriteObject(claimed);
        }
    }

    private SignedModelClaim? ClaimOrSay(string model)
    {
        string directory = this.CurrentDirectory();
        HashProgress progress = new();
        ClaimRequest request = new()
        {
            ModelPath = model,
            SignaturePath = SignaturePath.Length > 0 ? this.FileSystemPath(SignaturePath) : SignatureLocation.Find(model, directory),
            ClaimsPath = ClaimsPath.Length > 0 ? this.FileSystemPath(ClaimsPath) : ClaimsFile.Default(model, directory),
            PredicateType = PredicateType,
            Predicate = PredicateInput.Read(this, Predicate!, StopToken),
            Hashing = HashSettings(progress),
            IgnorePaths = ModelIgnorePaths,
            IgnoreGitPaths = !IncludeGitPath,
        };
        request.Check(StopToken);
        if (IsWhatIf)
        {
            CheckSigner();
        }

        string type = PredicateTypes.ToWrite(PredicateType);
        if (!ShouldProcess(request.ClaimsPath, $"Add a claim of the type '{type}' about '{model}'"))
        {
            return null;
        }

        _ = Signer();
        ClaimSubject subject = Subject(request, progress);
        WriteVerbose($"Signing the claim with {SignerText}.");
        Bundle bundle = SignInBackground(null, (signer, token) => subject.Claim(request, signer, token));
        NarrateTimestamp();
        WriteVerbose($"Added a line to '{request.ClaimsPath}'.");
        return new(model, request.ClaimsPath)
        {
            PredicateType = type,
            RootDigest = Digests.Root(subject.RootDigest.Span),
            ModelPin = subject.Pin,
            Method = bundle.VerificationMaterial.ClaimedMethod.ToString(),
        };
    }

    // Several claims about one model, one after the other, are about the files as they were hashed for the first.
    private ClaimSubject Subject(ClaimRequest request, HashProgress progress)
    {
        string of = $"{request.ModelPath}\n{request.SignaturePath}";
        if (_subject is null || _subjectOf != of)
        {
            _subject = RunInBackground(new ProgressDisplay($"Hashing {request.ModelPath}", progress), (_, token) => ClaimSubject.Of(request, token));
            _subjectOf = of;
        }

        return _subject;
    }
}
