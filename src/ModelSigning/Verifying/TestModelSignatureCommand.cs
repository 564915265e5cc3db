using System.Diagnostics;
using System.Management.Automation;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Policy;
using ModelSigning.Core.Verifying;

namespace ModelSigning;

/// <summary>Verifies that a model is exactly as a signer you trust signed it.</summary>
/// <remarks>
/// <para>
/// Test-ModelSignature verifies the signature of a model against the signer that you name, then compares every file of the model with
/// what was signed. A changed, missing or added file is a failure. Nothing in the signature gives trust, and no network is used.
/// </para>
/// <para>
/// What the signer left out of the signature, .git, .gitignore, .gitattributes and .github at the model's root, and what -IgnorePath names may be
/// there unsigned: it is not looked at. The result names it in UncheckedPaths, and a warning names what only the signer left out. Use a model without these
/// paths, or verify it with -IncludeGitPath, which takes what git keeps for files like any other even if the signer left it out.
/// </para>
/// <para>
/// The path of a file verifies this file alone. Its signature is NAME.sig or one in its own folder, else what -SignaturePath names; no folder
/// further up is looked at. The signature may be of
/// the folder: then the file must be among the signed ones, Scope is Partial, UncheckedPaths is '.', and the rules of a trust policy are those
/// of the folder. Neither -IgnorePath nor
/// -IgnoreUnsignedFile excuses a file that was not signed.
/// </para>
/// <para>
/// A model that verifies comes out as an object with the signer, the time and the counts. A model that does not writes NO object but an
/// error, whose message names the reason and the first differences and whose TargetObject is the full result. So the output can be
/// piped on, and if (Test-ModelSignature ...) is true for a verified model only. -ErrorAction Stop ends a job at the first failure.
/// </para>
/// <para>
/// -Detailed writes a result for every model, valid or not, also for one that does not exist: for reports, never as a condition, because every
/// object is true. -Quiet writes one $true or $false for the whole call: $true only if at least one model was given and all of them verified.
/// </para>
/// <para>
/// The Status of a result is Valid; NotSigned: no signature was found; HashMismatch: the signature holds and the files are not those that were signed;
/// NotTrusted: the signature is false, or its signer or its terms are not accepted; Incompatible: the signature file is damaged or uses something that is not
/// accepted; UnknownError: the model could not be read.
/// </para>
/// <para>
/// Without -SignaturePath the signature is model.sig, else skill.oms.sig, else .kaggle/signing.json, else the only *.sig file in a model's folder, and NAME.sig beside
/// a single file; the result names the one that was taken.
/// </para>
/// </remarks>
/// <example>
/// <code>Test-ModelSignature ./model -PublicKey ./release.pub</code>
/// <para>Verifies ./model/model.sig with a public key.</para>
/// </example>
/// <example>
/// <code>Get-ChildItem D:\models -Directory | Test-ModelSignature -PublicKey D:\keys\team.pub, D:\keys\vendor.pub | ForEach-Object Path</code>
/// <para>Lists the models of a store that one of two keys signed and that are unchanged. Each of the others writes an error.</para>
/// </example>
/// <example>
/// <code>Get-ChildItem D:\models -Directory | Test-ModelSignature -PublicKey D:\keys\team.pub -Detailed | Format-List</code>
/// <para>Reports every model with its verdict and, where it differs, with the files that differ.</para>
/// </example>
/// <example>
/// <code>Test-ModelSignature ./model -Identity release@example.com -Issuer https://accounts.google.com</code>
/// <para>Verifies a Sigstore signature of the public instance, with the trust that came with the module or that Update-SigstoreTrust fetched.</para>
/// </example>
/// <example>
/// <code>Test-ModelSignature ./model -TrustedCertificate ./company-root.pem -TimestampCertificate ./timestamp-root.pem</code>
/// <para>Verifies a model that was signed with a certificate of the company, at the time that a timestamp vouches for.</para>
/// </example>
/// <example>
/// <code>Get-ChildItem D:\models -Directory | Test-ModelSignature -TrustPolicy D:\policy\models.json -Detailed | Select-Object Path, Status,
/// TrustRule, Signer, StatusMessage | Export-Csv report.csv</code>
/// <para>Verifies a store whose models have different signers. The policy says who may sign which; the report names the rule that decided.</para>
/// </example>
/// <example>
/// <code>if (Test-ModelSignature ./model -PublicKey ./release.pub -Quiet) { ./Start-Inference.ps1 ./model }</code>
/// <para>Starts only what verifies.</para>
/// </example>
// A method is a file of its own: TestModelSignatureCommand.METHOD.cs with the names of its two parameter sets (METHOD and
// METHODLiteralPath), its parameters, and a method that makes its SignatureVerifier. Here it adds one attribute to Path, one to
// LiteralPath and one arm to MakeVerifier. MakeVerifier runs on the pipeline's thread, once for the command; a refusal (no key, no trust
// root) ends the command, because no further model could be verified.
[Cmdlet(VerbsDiagnostic.Test, "ModelSignature", DefaultParameterSetName = KeySet)]
[OutputType(typeof(ModelSignatureResult), typeof(bool))]
public sealed partial class TestModelSignatureCommand : HashingCommand
{
    private readonly SingleAnswer _answer = new();
    private Func<string, SignatureVerifier>? _verifiers;

    /// <inheritdoc/>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = KeySet,
        HelpMessage = ModelHelp)]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = SigstoreSet,
        HelpMessage = ModelHelp)]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = CertificateSet,
        HelpMessage = ModelHelp)]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = SystemTrustSet,
        HelpMessage = ModelHelp)]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = TrustPolicySet,
        HelpMessage = ModelHelp)]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    [SupportsWildcards]
    [Alias("FilePath")]
    public override string[] Path { get; set; } = [];

    /// <inheritdoc/>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = KeyLiteralPathSet, HelpMessage = ModelHelp)]
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = SigstoreLiteralPathSet, HelpMessage = ModelHelp)]
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = CertificateLiteralPathSet, HelpMessage = ModelHelp)]
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = SystemTrustLiteralPathSet, HelpMessage = ModelHelp)]
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = TrustPolicyLiteralPathSet, HelpMessage = ModelHelp)]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    [Alias("PSPath", "LP")]
    public override string[] LiteralPath { get; set; } = [];

    /// <summary>The signature file; looked for in or beside the model when not given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string SignaturePath { get; set; } = "";

    /// <summary>
    /// Lets files be there that were not signed; the result names them in UncheckedPaths. Signed files must still all be there, unchanged, and
    /// a single file must be signed.
    /// </summary>
    [Parameter]
    public SwitchParameter IgnoreUnsignedFile { get; set; }

    /// <summary>Refuses a model with symbolic links even if its signer allowed them.</summary>
    [Parameter]
    public SwitchParameter DenySymlink { get; set; }

    /// <summary>
    /// Writes a result for every model, whatever the verdict, also for one that does not exist, and no error for a verdict. For reports: do not use it
    /// as a condition.
    /// </summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <summary>
    /// Writes one $true or $false for the whole call: $true only if at least one model was given and all of them verified. No error is written for a
    /// verdict; -Verbose says why a model failed.
    /// </summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>Checks what the parameter sets cannot.</summary>
    protected override void BeginProcessing()
    {
        if (Quiet && Detailed)
        {
            ThrowTerminatingError(CommandErrors.QuietAndDetailed
                .At("-Quiet writes $true or $false, -Detailed writes results.").ToErrorRecord());
        }
    }

    private protected override void ProcessModel(string model)
    {
        _verifiers ??= MakeVerifiers();
        Write(Verify(model), model);
    }

    private protected override void ProcessUnresolved(string path, ModelSigningException refusal) =>
        Write(Verdict.Of(refusal, FullPathIfAny(path), null, null, TimeSpan.Zero), path);

    /// <summary>Writes the answer of -Quiet.</summary>
    protected override void EndProcessing()
    {
        if (Quiet)
        {
            WriteObject(_answer.IsTrue);
        }
    }

    private void Write(Verdict verdict, string model)
    {
        _answer.Add(verdict.Refusal is null);
        if (!Quiet && !Detailed)
        {
            WriteWarnings(verdict.Result.Warnings, model);
        }

        if (verdict.Refusal?.About(model) is { } refusal)
        {
            if (!Quiet && !Detailed)
            {
                WriteError(refusal.ToErrorRecord(verdict.Result));
                return;
            }

            WriteVerbose(refusal.Message);
        }

        if (!Quiet)
        {
            WriteObject(verdict.Result);
        }
    }

    // Where a path leads to no model, what was written stands for it.
    private string FullPathIfAny(string path)
    {
        try
        {
            return path.AsSpan().ContainsAny('*', '?') ? path : this.FileSystemPath(path);
        }
        catch (ModelSigningException)
        {
            return path;
        }
    }

    private Verdict Verify(string model)
    {
        Stopwatch clock = Stopwatch.StartNew();
        string? signature = null, rule = null;
        try
        {
            return Guarded(() =>
            {
                string directory = this.CurrentDirectory();
                SignatureVerifier verifier = _verifiers!(model);
                rule = (verifier as PolicyVerifier)?.Rule?.Name;
                signature = SignaturePath.Length > 0 ? this.FileSystemPath(SignaturePath) : SignatureLocation.Find(model, directory);
                VerificationResult verified = Verify(model, signature, verifier, rule);
                TimeSpan duration = clock.Elapsed;
                foreach (string line in Narration.Of(verified, Narrate("Compared", verified.FileCount, verified.ByteCount, duration)))
                {
                    WriteVerbose(line);
                }

                return Verdict.Of(verified, (verified.Verifier as PolicyVerifier)?.Rule?.Name, duration);
            });
        }
        catch (ModelSigningException refusal)
        {
            return Verdict.Of(Coded(refusal), model, signature, rule, clock.Elapsed);
        }
    }

    private VerificationResult Verify(string model, string signature, SignatureVerifier verifier, string? rule)
    {
        WriteVerbose($"Verifying '{model}' against '{signature}'.");
        if (rule is not null)
        {
            WriteVerbose($"The rule '{rule}' of the trust policy applies.");
        }

        HashProgress progress = new();
        VerificationRequest request = new()
        {
            ModelPath = model,
            CurrentDirectory = this.CurrentDirectory(),
            Verifier = verifier,
            FolderVerifier = _verifiers,
            Hashing = HashSettings(progress),
            SignaturePath = signature,
            IgnorePaths = ModelIgnorePaths,
            IgnoreGitPaths = !IncludeGitPath,
            IgnoreUnsignedFiles = IgnoreUnsignedFile,
            ForbidSymlinks = DenySymlink,
        };
        return RunInBackground(new ProgressDisplay($"Verifying {model}", progress), (_, token) => ModelVerifier.Verify(request, token));
    }

    // One verifier for all models, or with a policy one for each.
    private Func<string, SignatureVerifier> MakeVerifiers()
    {
        if (ParameterSetName is TrustPolicySet or TrustPolicyLiteralPathSet)
        {
            return OrTerminate(MakePolicyVerifiers);
        }

        SignatureVerifier verifier = OrTerminate(MakeVerifier);
        return _ => verifier;
    }

    private SignatureVerifier MakeVerifier() => ParameterSetName switch
    {
        KeySet or KeyLiteralPathSet => MakeKeyVerifier(),
        SigstoreSet or SigstoreLiteralPathSet => MakeSigstoreVerifier(),
        CertificateSet or CertificateLiteralPathSet or SystemTrustSet or SystemTrustLiteralPathSet => MakeCertificateVerifier(),
        _ => throw new UnreachableException(ParameterSetName),
    };
}
