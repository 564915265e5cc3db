using System.Diagnostics;
using System.Management.Automation;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Content;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
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
    [LiteralPathTransformation(TakesObjects = true)]
    public override string[] LiteralPath { get; set; } = [];

    /// <summary>The signature file; by default it is searched for in or beside the model.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [LiteralPathTransformation]
    public string SignaturePath { get; set => field = value ?? ""; } = "";

    /// <summary>
    /// Accepts files that were not signed; the result lists them in UncheckedPaths. All signed files must still be there, unchanged, and
    /// a single file must be signed. With -Source Ollama or OciLayers, and in models of Docker, ModelPack and KitOps, it accepts none, because a
    /// layer that is added takes the place of another one.
    /// </summary>
    [Parameter]
    public SwitchParameter IgnoreUnsignedFile { get; set; }

    /// <summary>
    /// Refuses symbolic links among the files of the model even if its signer allowed them, and a signature that is a link in the model or beside a single file; in base models that a
    /// policy demands likewise. A link at a path that is left out of the comparison is in UncheckedPaths.
    /// </summary>
    [Parameter]
    public SwitchParameter DenySymlink { get; set; }

    /// <summary>The full path of the file with the claims about the models; null for the one beside each.</summary>
    private protected abstract string? ClaimsFilePath { get; }

    /// <summary>Whether what a valid model names and runs is wanted.</summary>
    private protected virtual bool InspectsContent => false;

    /// <summary>Checks what the parameter sets cannot.</summary>
    protected override void BeginProcessing() => this.RequireSpecified(nameof(SignaturePath), SignaturePath);

    /// <summary>Verifies the models of a record.</summary>
    protected override void ProcessRecord()
    {
        _trail = new();
        base.ProcessRecord();
    }

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
        PreparedModel prepared = Prepare(model);
        ProgressDisplay display = Announce(prepared);
        return Conclude(prepared.Request is not { } request ? Work(prepared, StopToken)
            : IsAtHand(request) ? RunHere(display, (waiting, token) => Work(prepared.Hashed(hashing => hashing with { Waiting = waiting }), token))
            : RunInBackground(display, (_, token) => Work(prepared, token)));
    }

    // The four steps of a verification. All but Work are for the pipeline's thread alone; Work is the engine's part, and any thread can do it.

    /// <summary>Asks the session what there is to know about a model before it is verified. Writes nothing.</summary>
    private protected PreparedModel Prepare(string model)
    {
        _verifiers ??= MakeVerifiers();
        PreparedModel prepared = new(model);
        try
        {
            VerificationRequest request = Guarded(() => RequestFor(prepared));
            return prepared with { Request = request };
        }
        catch (ModelSigningException refusal)
        {
            return prepared with { Refusal = refusal };
        }
        finally
        {
            prepared.Clock.Stop();
        }
    }

    /// <summary>Says what is about to be verified.</summary>
    /// <returns>What to show until it is.</returns>
    private protected ProgressDisplay Announce(PreparedModel prepared)
    {
        if (prepared.Request is { } request)
        {
            WriteVerbose($"Verifying '{request.ModelPath}' against '{request.SignaturePath}'.");
            if (prepared.Rule is { } rule)
            {
                WriteVerbose($"The rule '{rule.Name}' of the trust policy applies.");
            }

            DebugHashing(request.Hashing, request.ModelPath);
            WriteDebug(VerificationDetails.Of(request));
        }

        return new($"Verifying {prepared.Request?.ModelPath ?? prepared.Path}", prepared.Progress);
    }

    /// <summary>Verifies a model that was prepared. It does not touch the pipeline.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    private protected VerifiedModel Work(PreparedModel prepared, CancellationToken token)
    {
        prepared.Clock.Start();
        if (prepared.Request is not { } request)
        {
            return Refused(prepared, prepared.Refusal!);
        }

        try
        {
            return Guarded(() =>
            {
                ContentCapture? capture = InspectsContent ? new() : null;
                VerificationResult verified = Verify(request with { Hashing = request.Hashing with { Observer = capture } }, token);
                InspectedContent? content = capture is not null && verified.IsValid ? InspectedContent.WithCard(capture, token) : null;
                TimeSpan duration = prepared.Clock.Elapsed;
                Verdict verdict = Verdict.Of(verified, content, (verified.Verifier as PolicyVerifier)?.Rule, duration, LoadedWeightsOf(verified));
                return new VerifiedModel(verdict, [.. Narrate(verified, duration)], [.. VerificationDetails.Of(verified, duration)]);
            });
        }
        catch (ModelSigningException refusal)
        {
            return Refused(prepared, refusal);
        }
    }

    /// <summary>Says how the verdict on a model came about.</summary>
    private protected Verdict Conclude(VerifiedModel verified)
    {
        foreach (string line in verified.Verbose)
        {
            WriteVerbose(line);
        }

        foreach (string line in verified.Debug)
        {
            WriteDebug(line);
        }

        return verified.Verdict;
    }

    private VerificationRequest RequestFor(PreparedModel prepared)
    {
        string directory = this.CurrentDirectory();
        SignatureVerifier verifier = _verifiers!(prepared.Path);
        prepared.Rule = (verifier as PolicyVerifier)?.Rule;
        ModelSource source = SourceOf(prepared.Path);
        if (source.ModelPath != prepared.Path)
        {
            // A revision of a repository: rules see the snapshot that is verified, and with it the repository.
            verifier = _verifiers(source.ModelPath);
            prepared.Rule = (verifier as PolicyVerifier)?.Rule;
        }

        if (SignaturePath.Length == 0 && !source.HasSignaturePlace)
        {
            throw StoreErrors.StoreSignaturePath.At($"The signature of the model in '{source.ModelPath}' was not specified.", prepared.Path);
        }

        prepared.Signature = SignaturePath.Length > 0 ? this.FileSystemPath(SignaturePath) : SignatureLocation.Find(source.ModelPath, directory);
        return new()
        {
            ModelPath = source.ModelPath,
            Source = source,
            CurrentDirectory = this.CurrentDirectory(),
            Verifier = verifier,
            FolderVerifier = _verifiers,
            Hashing = HashSettings(prepared.Progress),
            SignaturePath = prepared.Signature,
            IncludePaths = IncludePaths,
            IgnorePaths = ModelIgnorePaths,
            IgnoreGitPaths = !IncludeGitPath,
            IgnoreUnsignedFiles = IgnoreUnsignedFile,
            ForbidSymlinks = DenySymlink,
            ClaimsPath = ClaimsFilePath,
        };
    }

    private IEnumerable<string> Narrate(VerificationResult verified, TimeSpan duration)
    {
        bool hasFiles = verified.Basis == VerificationBasis.Files;
        foreach (string line in Narration.Of(verified, hasFiles
            ? Narrate("Compared", verified.FileCount, verified.ByteCount, duration)
            : $"Compared the manifest of {Quantity.Of(verified.FileCount, "file")}; none was read."))
        {
            yield return line;
        }

        if (hasFiles && DeviceAdvice(verified.Statement.Serialization.HashType, verified.Statement.Manifest.Resources.Count, verified.ByteCount) is { } advice)
        {
            yield return advice;
        }
    }

    private VerifiedModel Refused(PreparedModel prepared, ModelSigningException refusal) => new(
        Verdict.Of(Coded(refusal), prepared.Path, prepared.Signature, prepared.Rule, prepared.Clock.Elapsed), [], [.. VerificationDetails.Of(refusal)]);

    // Whether everything that is read lies on a local disk, and the processor hashes it: a driver of another device may hang as a network does.
    private bool IsAtHand(VerificationRequest request) =>
        Device.Length == 0 && request.Source!.Kind == ModelSource.PlainKind && IsLocal(_models, request.ModelPath)
        && (SignaturePath.Length == 0 || IsLocal(_signatures, request.SignaturePath!)) && (request.ClaimsPath is not { } claims || IsLocal(_claims, claims));

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
