using System.Diagnostics;
using System.Management.Automation;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Content;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Models;
using ModelSigning.Core.Policy;
using ModelSigning.Core.Stores;
using ModelSigning.Core.Verifying;

namespace ModelSigning;

/// <summary>A command that verifies models against the signers that its caller trusts, by any method.</summary>
// A method is a file of its own: VerifyingCommand.METHOD.cs with the names of its two parameter sets (METHOD and
// METHODLiteralPath), its parameters, and a method that makes its SignatureVerifier. Here it adds one attribute to Path, one to
// LiteralPath and one arm to MakeVerifier. MakeVerifier runs on the pipeline's thread, once for the command; a refusal (no key, no trust
// root) ends the command, because no further model could be verified.
public abstract partial class VerifyingCommand : HashingCommand
{
    private readonly LocalFolders _models = new(), _signatures = new(), _claims = new();
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
    [PathTransformation]
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

    /// <summary>The signature file; by default it is searched for in or beside the model.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string SignaturePath { get; set => field = value ?? ""; } = "";

    /// <summary>
    /// Accepts files that were not signed; the result lists them in UncheckedPaths. All signed files must still be there, unchanged, and
    /// a single file must be signed.
    /// </summary>
    [Parameter]
    public SwitchParameter IgnoreUnsignedFile { get; set; }

    /// <summary>
    /// Refuses symbolic links among the files of the model even if its signer allowed them, and a signature that is a link in the model or beside a single file. A link at a path that is left
    /// out of the comparison is in UncheckedPaths.
    /// </summary>
    [Parameter]
    public SwitchParameter DenySymlink { get; set; }

    /// <summary>The full path of the file with the claims about the models; null for the one beside each.</summary>
    private protected abstract string? ClaimsFilePath { get; }

    /// <summary>Whether what a valid model names and runs is wanted.</summary>
    private protected virtual bool InspectsContent => false;

    /// <summary>Checks what the parameter sets cannot.</summary>
    protected override void BeginProcessing() => this.RequireSpecified(nameof(SignaturePath), SignaturePath);

    // Where a path leads to no model, what was written stands for it.
    private protected string FullPathIfAny(string path)
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

    /// <summary>Where a model lies: a plain folder or file, unless the command has a parameter that says otherwise.</summary>
    private protected virtual ModelSource SourceOf(string model) => ModelSource.Plain(model, this.CurrentDirectory());

    /// <summary>Verifies what a request says; a command may know better what its path is.</summary>
    private protected virtual VerificationResult Verify(VerificationRequest request, CancellationToken token) => ModelVerifier.Verify(request, token);

    /// <summary>What a program has loaded of the model; null where that is not asked.</summary>
    private protected virtual LoadedWeights? LoadedWeightsOf(VerificationResult verified) => null;

    /// <summary>Which files of a signed folder are verified; empty for all.</summary>
    private protected virtual IReadOnlyList<string> IncludePaths => [];

    /// <summary>Verifies a model. Trust that cannot be made of the parameters ends the command.</summary>
    private protected Verdict Verify(string model)
    {
        _verifiers ??= MakeVerifiers();
        Stopwatch clock = Stopwatch.StartNew();
        string? signature = null;
        TrustRule? rule = null;
        try
        {
            return Guarded(() =>
            {
                string directory = this.CurrentDirectory();
                SignatureVerifier verifier = _verifiers!(model);
                rule = (verifier as PolicyVerifier)?.Rule;
                ModelSource source = SourceOf(model);
                if (source.ModelPath != model)
                {
                    // A revision of a repository: rules see the snapshot that is verified, and with it the repository.
                    verifier = _verifiers(source.ModelPath);
                    rule = (verifier as PolicyVerifier)?.Rule;
                }

                if (SignaturePath.Length == 0 && !source.HasSignaturePlace)
                {
                    throw StoreErrors.StoreSignaturePath.At($"The signature of the model in '{source.ModelPath}' was not specified.", model);
                }

                signature = SignaturePath.Length > 0 ? this.FileSystemPath(SignaturePath) : SignatureLocation.Find(source.ModelPath, directory);
                (VerificationResult verified, InspectedContent? content) = Verify(source, signature, verifier, rule?.Name);
                TimeSpan duration = clock.Elapsed;
                foreach (string line in Narration.Of(verified, verified.Basis == VerificationBasis.Files
                    ? Narrate("Compared", verified.FileCount, verified.ByteCount, duration)
                    : $"Compared the manifest of {Quantity.Of(verified.FileCount, "file")}; none was read."))
                {
                    WriteVerbose(line);
                }

                if (verified.Basis == VerificationBasis.Files)
                {
                    AdviseDevice(verified.Statement.Serialization.HashType, verified.Statement.Manifest.Resources.Count, verified.ByteCount);
                }

                VerificationDetails.Of(verified, duration).ToList().ForEach(WriteDebug);
                return Verdict.Of(verified, content, (verified.Verifier as PolicyVerifier)?.Rule, duration, LoadedWeightsOf(verified));
            });
        }
        catch (ModelSigningException refusal)
        {
            VerificationDetails.Of(refusal).ToList().ForEach(WriteDebug);
            return Verdict.Of(Coded(refusal), model, signature, rule, clock.Elapsed);
        }
    }

    private (VerificationResult Verified, InspectedContent? Content) Verify(ModelSource source, string signature, SignatureVerifier verifier, string? rule)
    {
        string model = source.ModelPath;
        WriteVerbose($"Verifying '{model}' against '{signature}'.");
        if (rule is not null)
        {
            WriteVerbose($"The rule '{rule}' of the trust policy applies.");
        }

        HashProgress progress = new();
        ContentCapture? capture = InspectsContent ? new() : null;
        VerificationRequest request = new()
        {
            ModelPath = model,
            Source = source,
            CurrentDirectory = this.CurrentDirectory(),
            Verifier = verifier,
            FolderVerifier = _verifiers,
            Hashing = HashSettings(progress) with { Observer = capture },
            SignaturePath = signature,
            IncludePaths = IncludePaths,
            IgnorePaths = ModelIgnorePaths,
            IgnoreGitPaths = !IncludeGitPath,
            IgnoreUnsignedFiles = IgnoreUnsignedFile,
            ForbidSymlinks = DenySymlink,
            ClaimsPath = ClaimsFilePath,
        };
        DebugHashing(request.Hashing, model);
        WriteDebug(VerificationDetails.Of(request));
        ProgressDisplay display = new($"Verifying {model}", progress);
        return IsAtHand(source, signature)
            ? RunHere(display, (waiting, token) => Work(request with { Hashing = request.Hashing with { Waiting = waiting } }, token))
            : RunInBackground(display, (_, token) => Work(request, token));

        (VerificationResult, InspectedContent?) Work(VerificationRequest asked, CancellationToken token)
        {
            VerificationResult verified = Verify(asked, token);
            return (verified, capture is not null && verified.IsValid ? InspectedContent.WithCard(capture, token) : null);
        }
    }

    // Whether everything that is read lies on a local disk, and the processor hashes it: a driver of another device may hang as a network does.
    private bool IsAtHand(ModelSource source, string signature) =>
        Device.Length == 0 && source.Kind == ModelSource.PlainKind && IsLocal(_models, source.ModelPath)
        && (SignaturePath.Length == 0 || IsLocal(_signatures, signature)) && (ClaimsFilePath is not { } claims || IsLocal(_claims, claims));

    private bool IsLocal(LocalFolders folders, string path) => folders.Holds(path, look => RunInterruptibly(_ =>
    {
        look();
        return true;
    }));

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
