using System.Management.Automation;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Models;
using ModelSigning.Core.Stores;

namespace ModelSigning;

/// <summary>Verifies that a model is exactly as a signer you trust signed it.</summary>
/// <remarks>
/// <para>
/// Test-ModelSignature verifies the signature of a model against the signer that you name, then compares every file of the model with
/// what was signed. A changed, missing or added file is a failure. Nothing in the signature gives trust, and no network is used.
/// </para>
/// <para>
/// What the signer left out of the signature, .git, .gitignore, .gitattributes and .github at the model's root, and what -IgnorePath names may be
/// there unsigned: it is not checked. The result names it in UncheckedPaths, and a warning names what only the signer left out. Use a model without these
/// paths, or verify it with -IncludeGitPath, which treats Git's files like any other even if the signer left them out.
/// </para>
/// <para>
/// A signature records what its signer left out, and does not say which of these paths is its own. So a recorded path that ends in .sig, .sigstore, .bundle, .json or .jsonl excuses one file:
/// a folder in its place counts as unsigned, with all its files, and a link is refused. A link to a file is excused as well where files of models have such names: .json and .jsonl, but not signature.json,
/// signing.json and .sigstore.json. -IgnorePath excuses whatever is there. A signature inside the model under any other name cannot be told from a folder that was left out. If it is moved, a folder in its place is
/// excused; New-ModelSignature warns of such a name.
/// </para>
/// <para>
/// The path of a file verifies this file alone. Its signature is NAME.sig or one in its own folder, unless -SignaturePath names another; no folder
/// further up is searched. The signature may be of
/// the folder: then the file must be among the signed ones, Scope is Partial, UncheckedPaths is '.', and the rules of a trust policy are those
/// of the folder. Neither -IgnorePath nor
/// -IgnoreUnsignedFile excuses a file that was not signed.
/// </para>
/// <para>
/// -Include verifies some files of a signed folder, and -Manifest a list of digests in place of the files. Status is Valid then too, because what was asked about is what was signed;
/// Scope, Basis, the message and the views say that it was not the whole model. -Quiet with -Include answers for the files that it selects. A rule of a trust policy with
/// "scope": "Whole" refuses what covers less.
/// </para>
/// <para>
/// -Loaded also verifies the weights that another process has on a CUDA device, tensor by tensor, against the bytes of the files that were verified. A tensor that cannot be compared makes the
/// model not valid: Status is Incompatible then, and HashMismatch if a tensor has other bytes.
/// </para>
/// <para>
/// A model that verifies comes out as an object with the signer, the time and the counts. A model that does not writes NO object but an
/// error, whose message names the reason and the first differences and whose TargetObject is the full result. So the output can be
/// piped on, and if (Test-ModelSignature ...) is true for a verified model only. -ErrorAction Stop ends a job at the first failure.
/// </para>
/// <para>
/// -Detailed writes a result for every model, valid or not, also for one that does not exist: for reports, never as a condition, because every
/// object is true. -Quiet writes one $true or $false for the whole call: $true only if at least one model was specified and all of them verified.
/// </para>
/// <para>
/// The Status of a result is Valid; NotSigned: no signature was found; HashMismatch: the signature holds and the files are not those that were signed;
/// NotTrusted: the signature is false, or its signer or its terms are not accepted; Incompatible: the signature file is damaged or uses something that is not
/// accepted; UnknownError: the model could not be read.
/// </para>
/// <para>
/// The result of a valid model also lists what its files name elsewhere (References: code of other repositories, base models, kernels), what runs when it is loaded
/// (ExecutableContent: pickles, also inside archives, Python, scripts, shared objects, notebooks) and what could not be inspected (UninspectedFiles). They are found in the bytes
/// that were hashed, nothing is executed, and the verdict does not depend on them.
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
/// <code>Get-ChildItem D:\models -Directory -Force | Test-ModelSignature -PublicKey D:\keys\team.pub -Detailed | Format-List</code>
/// <para>Reports every model with its verdict and, where it differs, with the files that differ.</para>
/// </example>
/// <example>
/// <code>Test-ModelSignature ./model -Identity release@example.com -Issuer https://accounts.google.com</code>
/// <para>Verifies a Sigstore signature of the public instance, with the trust that came with the module or that Update-SigstoreTrust fetched.</para>
/// </example>
/// <example>
/// <code>Test-ModelSignature ./model -TrustedCertificate ./company-root.pem -TimestampCertificate ./timestamp-root.pem</code>
/// <para>Verifies a model that was signed with a certificate of the company, at the time that a timestamp confirms.</para>
/// </example>
/// <example>
/// <code>Get-ChildItem D:\models -Directory -Force | Test-ModelSignature -TrustPolicy D:\policy\models.json -Detailed | Select-Object Path, Status,
/// TrustRule, Signer, StatusMessage | Export-Csv report.csv</code>
/// <para>Verifies a store whose models have different signers. The policy says who may sign which; the report names the rule that decided.</para>
/// </example>
/// <example>
/// <code>Test-ModelSignature ./model -PublicKey ./release.pub -Include weights.bin, '*.py'</code>
/// <para>Verifies only the files that are about to be loaded.</para>
/// </example>
/// <example>
/// <code>Get-ChildItem D:\models -Directory -Force | Test-ModelSignature -TrustPolicy D:\policy\models.json -Summary -OutFile ./night.jsonl -Resume</code>
/// <para>Verifies a store of thousands of models, writes each verdict to a report at once, and goes on where an interrupted run ended.</para>
/// </example>
/// <example>
/// <code>Test-ModelSignature ./model -PublicKey ./release.pub -Loaded ./tensors.json -Detailed | Select-Object Status, VerifiedTensors, StatusMessage</code>
/// <para>Also compares the weights that a server has on its GPU, whose addresses it wrote into tensors.json, with the signed files.</para>
/// </example>
/// <example>
/// <code>if (Test-ModelSignature ./model -PublicKey ./release.pub -Quiet) { ./Start-Inference.ps1 ./model }</code>
/// <para>Starts only what verifies.</para>
/// </example>
/// <example>
/// <code>Test-ModelSignature ./hub/models--org--name -Source HuggingFace -Revision main -PublicKey ./release.pub</code>
/// <para>Verifies a snapshot in the cache of the Hugging Face hub, whose files are links into its folder of blobs.</para>
/// </example>
/// <example>
/// <code>Test-ModelSignature ./layout -Source Oci -Revision v1 -SignaturePath ./release/layout.sig -PublicKey ./release.pub</code>
/// <para>Verifies a model in an OCI image layout, by its tag, without extracting it.</para>
/// </example>
/// <example>
/// <code>Test-ModelSignature ./ollama -Source Ollama -Revision tiny -SignaturePath ./release/tiny.sig -PublicKey ./release.pub</code>
/// <para>Verifies a model in ollama's store.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "ModelSignature", DefaultParameterSetName = KeySet)]
[OutputType(typeof(ModelSignatureResult), typeof(bool), typeof(ModelSignatureSummary))]
public sealed partial class TestModelSignatureCommand : VerifyingCommand
{
    private readonly SingleAnswer _answer = new();

    /// <summary>The file with the claims that a rule of -TrustPolicy requires; by default NAME.claims.jsonl beside the model.</summary>
    [Parameter(ParameterSetName = TrustPolicySet)]
    [Parameter(ParameterSetName = TrustPolicyLiteralPathSet)]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string ClaimsPath { get; set; } = "";

    /// <summary>
    /// Writes a result for every model, whatever the verdict, also for one that does not exist, and no error for a verdict. For reports: do not use it
    /// as a condition.
    /// </summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <summary>
    /// Writes one $true or $false for the whole call: $true only if at least one model was specified and all of them verified. No error is written for a
    /// verdict; -Verbose says why a model failed.
    /// </summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc cref="ManifestCommand.Source"/>
    [Parameter]
    [ValidateSet(ModelStores.HuggingFace, ModelStores.Oci, ModelStores.OciLayers, ModelStores.Ollama)]
    public string Source { get; set; } = "";

    /// <inheritdoc cref="ManifestCommand.Revision"/>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Revision { get; set; } = "";

    private protected override ModelSource SourceOf(string model) => OpenModel(Source, model, Revision, allowSymlinks: false);

    /// <summary>Checks what the parameter sets cannot.</summary>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (Quiet && Detailed)
        {
            ThrowTerminatingError(CommandErrors.QuietAndDetailed
                .At("-Quiet writes $true or $false, -Detailed writes results.").ToErrorRecord());
        }

        if (Quiet || Summary || OutFile.Length > 0)
        {
            this.RefuseScriptBlocks();
        }

        CheckCoverage();
        ReadLoaded();
        OpenReport();
    }

    private protected override string? ClaimsFilePath => ClaimsPath.Length > 0 ? this.FileSystemPath(ClaimsPath) : null;

    private protected override bool InspectsContent => !Quiet && !Manifest && !Summary;

    private protected override void ProcessModel(string model)
    {
        if (IsReported(model))
        {
            WriteReported(model);
        }
        else
        {
            Write(Verify(model), model, model);
        }
    }

    private protected override void ProcessUnresolved(string path, ModelSigningException refusal)
    {
        string full = FullPathIfAny(path);
        if (IsReported(full))
        {
            WriteReported(full);
        }
        else
        {
            Write(Verdict.Of(refusal, full, null, null, TimeSpan.Zero), path, full);
        }
    }

    /// <summary>Writes the answer of -Quiet, or the counts.</summary>
    protected override void EndProcessing()
    {
        if (Quiet)
        {
            WriteObject(_answer.IsTrue);
        }
        else if (Summary)
        {
            WriteObject(_count.Summary(_report?.FullPath));
        }
    }

    private void Write(Verdict verdict, string model, string path)
    {
        _answer.Add(verdict.Refusal is null);
        Report(path, verdict.Result);
        bool isShort = Quiet || Summary;
        if (!Detailed && (!isShort || verdict.Refusal is null))
        {
            WriteWarnings([.. verdict.Result.Warnings, .. ListNotes(path, "verified", Manifest)], model);
        }

        if (verdict.Refusal?.About(model) is { } refusal)
        {
            if (!isShort && !Detailed)
            {
                WriteError(refusal.ToErrorRecord(verdict.Result));
                return;
            }

            WriteVerbose(refusal.Message);
        }

        if (!isShort)
        {
            WriteObject(verdict.Result);
        }
    }
}
