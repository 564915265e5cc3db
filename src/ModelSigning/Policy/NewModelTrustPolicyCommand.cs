using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Core.Policy;
using ModelSigning.Core.Verifying;

namespace ModelSigning;

/// <summary>Writes a trust policy from the signatures of models that you have just reviewed: trust on first use.</summary>
/// <remarks>
/// <para>
/// Trust on first use means: from now on you trust the signers that these signatures carry today, because you say so and for no other reason. Somebody
/// who gave you a false model with a false signature today is trusted too. Look at each signature first (Get-ModelSignature), and compare
/// the signer with what its maker publishes elsewhere. What the policy protects you from is a change after today: another signer, a
/// changed file, a model of another name.
/// </para>
/// <para>
/// Each model is verified completely before anything is written: a model that is not exactly what its signature covers gets no rule. Each gets
/// one rule, for its folder's or file's name and its signer: the key of -PublicKey, the signing certificate by its fingerprint, or the Sigstore
/// identity and its issuer. Where several models have one name, each rule has the model's path instead. -PinIssuer trusts the certificate that issued the
/// signing one, for the same subject, so that a renewed certificate is accepted too. -PinModel accepts exactly this model, and no later one of the same signer.
/// -AllowFormat, -Forbid, -LineageStore and -ClaimType add requirements to every rule, and a model that does not meet them today gets none.
/// The command asks before it writes, and its default answer is No. -Force replaces an existing policy.
/// </para>
/// </remarks>
/// <example>
/// <code>Get-ModelSignature D:\models\llama-3 | Format-List
/// New-ModelTrustPolicy D:\policy\models.json D:\models\llama-3 -PublicKey ./vendor.pub
/// Test-ModelSignature D:\models\llama-3 -TrustPolicy D:\policy\models.json</code>
/// <para>Looks at a signature, decides to trust its key, and verifies the model by the policy from then on.</para>
/// </example>
/// <example>
/// <code>Get-ChildItem D:\models -Directory | New-ModelTrustPolicy D:\policy\models.json -PublicKey D:\keys\*.pub -PinModel -Confirm:$false</code>
/// <para>Freezes a store as it is: every model is accepted exactly as it is today.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "ModelTrustPolicy", DefaultParameterSetName = "Path", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.None)]
[OutputType(typeof(FileInfo))]
public sealed class NewModelTrustPolicyCommand : HashingCommand
{
    private readonly List<FirstUse> _found = [];
    private FirstUseOptions? _options;
    private string? _refused, _revoked;
    private RuleDemands _demands = new();

    /// <summary>The policy file to write; its name is taken as it is, without wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "The trust policy file to write, for example ./policy/models.json.")]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string PolicyPath { get; set; } = "";

    /// <inheritdoc/>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path",
        HelpMessage = ModelHelp)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [PathTransformation]
    [Alias("FilePath")]
    public override string[] Path { get; set; } = [];

    /// <inheritdoc/>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath", HelpMessage = ModelHelp)]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath", "LP")]
    [LiteralPathTransformation(TakesObjects = true)]
    public override string[] LiteralPath { get; set; } = [];

    /// <summary>The model's signature file; by default it is searched for in or beside the model.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string SignaturePath { get; set; } = "";

    /// <summary>
    /// The public keys of models that were signed with a key, because such a signature only names its key: PEM files, or PEM text itself.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [LiteralPathTransformation]
    public string[] PublicKey { get; set; } = [];

    /// <summary>The name of the Sigstore instance to verify identities with; by default the public instance.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SigstoreInstanceCompleter))]
    public string SigstoreInstance { get; set; } = "";

    /// <summary>Accepts exactly these models, by their pins, and no later ones of the same signers. A pin covers the names and digests of all files.</summary>
    [Parameter]
    public SwitchParameter PinModel { get; set; }

    /// <summary>
    /// Trusts the certificate that issued the signing one, together with the signing one's subject, instead of the signing certificate alone: what that
    /// authority issues to this subject later is accepted too. Of the certificates that the signature carries, it is the one whose key verifies the signing one.
    /// </summary>
    [Parameter]
    public SwitchParameter PinIssuer { get; set; }

    /// <summary>
    /// What a model must not have or name: pickle, code, unpinnedReferences. A model that has it today gets no rule, and what cannot be inspected is refused too. See docs/trust-policy.md.
    /// </summary>
    [Parameter]
    [ValidateSet("unpinnedReferences", "pickle", "code")]
    public string[] Forbid { get; set; } = [];

    /// <summary>The formats of one of which each file of a model must be, by its bytes and not by its name. A model with another file today gets no rule.</summary>
    [Parameter]
    [ValidateSet("safetensors", "gguf", "json", "text", "npy", "onnx", "png")]
    public string[] AllowFormat { get; set; } = [];

    /// <summary>
    /// The types of claims that must have been made about a model by a key of -ClaimPublicKey: URIs, or cyclonedx, spdx, slsa-provenance, test-result. A model without them today gets no rule.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PredicateTypeCompleter))]
    public string[] ClaimType { get; set; } = [];

    /// <summary>The public keys, any of which may have made each claim of -ClaimType: PEM files, or PEM text itself.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [LiteralPathTransformation]
    public string[] ClaimPublicKey { get; set; } = [];

    /// <summary>
    /// Demands that every base model which the model's files name is in one of these folders and verifies by the same policy ("lineage": "signed"). Pass the base models to the same
    /// call; where one of them is missing or does not verify, no policy is written. The folders are written as full paths.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string[] LineageStore { get; set; } = [];

    /// <summary>Replaces an existing policy. What it revokes stays revoked. Where one of the models cannot be added, the existing policy stays.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Reads the keys of claims.</summary>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _demands = OrTerminate(() => ClaimType.Length > 0 == ClaimPublicKey.Length > 0
            ? new RuleDemands
            {
                Forbid = [.. Forbid.Distinct()],
                AllowFormats = [.. AllowFormat.Distinct()],
                LineageStores = [.. LineageStore.Select(store => this.ExistingFileSystemPath(store)).Distinct(StringComparer.Ordinal)],
                ClaimTypes = [.. ClaimType.Distinct()],
                ClaimKeys = [.. ClaimPublicKey.SelectMany(source => this.ReadPublicKeys(source, password: null, pin: null)).Select(key => key.Pem).Distinct()],
            }
            : throw CommandErrors.FirstUseClaims.At("Only one of -ClaimType and -ClaimPublicKey was specified."));
    }

    private protected override void ProcessModel(string model)
    {
        if (_found.Exists(one => one.Model == model))
        {
            return;
        }

        if (Attempt(model, () => Verify(model)) is { } found)
        {
            _found.Add(found);
        }
        else
        {
            _refused ??= model;
        }
    }

    private FirstUse Verify(string model)
    {
        _options ??= new FirstUseOptions(
            [.. PublicKey.SelectMany(source => this.ReadPublicKeys(source, password: null, pin: null))], SigstoreInstance.Length > 0 ? SigstoreInstance : null, PinIssuer);
        string signature = SignaturePath.Length > 0 ? this.FileSystemPath(SignaturePath) : SignatureLocation.Find(model, this.CurrentDirectory());
        FirstUse found = FirstUse.Of(RunInBackground(null, (_, token) => BundleReader.Read(signature, token)), model, _options);
        string pin = VerifyUnder(TrustPolicyWriter.ToJson(FirstUseRules.Of([found], this.FileSystemPath(PolicyPath), null, _demands with { LineageStores = [] }), Revoked), model, signature, new());
        return found with { Pin = PinModel ? pin : null, Signature = signature };
    }

    /// <summary>Asks, and writes the policy.</summary>
    protected override void EndProcessing()
    {
        if (_found.Count > 0 && Attempt(PolicyPath, WritePolicy) is { } written)
        {
            WriteObject(written, enumerateCollection: true);
        }
    }

    private Collection<PSObject>? WritePolicy()
    {
        string path = this.FileSystemPath(PolicyPath);
        TrustPolicyWriter.CheckWritable(path, Force);
        if (_refused is { } refused && System.IO.Path.Exists(path))
        {
            // The old policy may have a rule for it, which the new one would lack.
            throw CommandErrors.FirstUseIncomplete.At($"The trust policy '{PolicyPath}' was not replaced, because '{refused}' could not be added to the new one.", PolicyPath);
        }

        IReadOnlyList<RuleDraft> rules = FirstUseRules.Of(_found, path, Rfc3339.WriteDate(DateTimeOffset.UtcNow), _demands);
        byte[] policy = TrustPolicyWriter.ToJson(rules, Revoked);
        TrustPolicy parsed = TrustPolicy.Parse(policy, path, PolicyInput.SignerKinds);
        FirstUseRules.Check(_found, rules, parsed);
        foreach (PolicyAdvice one in RunInterruptibly(_ => parsed.Advice()))
        {
            WriteWarning($"Rule '{one.Rule}': {one.Text}");
        }

        LineageTrail trail = new();
        foreach (FirstUse one in LineageStore.Length > 0 ? _found : [])
        {
            // Only the whole policy has the rules of the base models.
            VerifyUnder(policy, one.Model, one.Signature, trail);
        }

        string trusted = string.Join(Environment.NewLine, _found.Zip(rules, (found, rule) => Printable.Of($"  {rule.Name}: {found.Description}")));
        string question = $"Trust these signers from now on? Your confirmation is the only evidence for them:{Environment.NewLine}{trusted}";
        string caption = $"Trust on first use: write '{Printable.Of(path)}'?";
        if (!ShouldProcess($"Write the trust policy '{Printable.Of(path)}'. {question}", question, caption) || (Asks() && !SaysYes(caption, question)))
        {
            return null;
        }

        TrustPolicyWriter.Write(path, policy, Force);
        // As Get-Item shows it.
        return InvokeProvider.Item.Get(["FileSystem::" + path], force: true, literalPath: true);
    }

    // A policy that is replaced goes on to revoke what it did: another command trusts nobody again by the way.
    private string? Revoked => _revoked ??= Force ? TrustPolicyWriter.RevokedBy(this.FileSystemPath(PolicyPath)) : null;

    // ShouldProcess proposes Yes, and trust must not be what someone gets who only presses Enter. It never asks here, because the impact is declared as none.
    private bool Asks() => MyInvocation.BoundParameters.TryGetValue("Confirm", out object? given)
        ? given is SwitchParameter { IsPresent: true }
        : GetVariableValue("ConfirmPreference") is not ConfirmImpact.None;

    private bool SaysYes(string caption, string question)
    {
        Collection<ChoiceDescription> choices =
            [new("&Yes", "Write the policy and trust these signers from now on."), new("&No", "Do not write the policy.")];
        try
        {
            // A host that was made without a user interface has none at all.
            return (Host.UI ?? throw new HostException("The host has no user interface.")).PromptForChoice(caption, question, choices, defaultChoice: 1) == 0;
        }
        catch (Exception exception) when (CannotPrompt(exception))
        {
            throw CommandErrors.FirstUseUnconfirmed.At("New-ModelTrustPolicy asks before it trusts a signer, and this session cannot prompt.", PolicyPath, exception);
        }
    }

    // The policy that would be written must accept the model as it is; nothing is trusted that does not even hold today.
    private string VerifyUnder(byte[] policy, string model, string signature, LineageTrail trail)
    {
        TrustPolicy parsed = TrustPolicy.Parse(policy, this.FileSystemPath(PolicyPath), PolicyInput.SignerKinds);
        HashProgress progress = new();
        VerificationRequest request = new()
        {
            ModelPath = model,
            CurrentDirectory = this.CurrentDirectory(),
            Verifier = parsed.VerifierFor(model, trail),
            FolderVerifier = folder => parsed.VerifierFor(folder, trail),
            Hashing = HashSettings(progress),
            SignaturePath = signature,
            IgnorePaths = ModelIgnorePaths,
            IgnoreGitPaths = !IncludeGitPath,
        };
        VerificationResult result;
        try
        {
            result = RunInBackground(new ProgressDisplay($"Verifying {model}", progress), (_, token) => ModelVerifier.Verify(request, token));
        }
        catch (ModelSigningException refusal) when (refusal.Definition == PolicyErrors.NoRule)
        {
            // The rule matches the file, and Test-ModelSignature will ask for one that matches the folder that was signed.
            throw PartOfFolder(model, refusal);
        }

        WriteWarnings(result.Warnings, model);
        if (result.Scope == VerificationScope.Partial || result.Verifier != request.Verifier)
        {
            throw PartOfFolder(model, null);
        }

        return Verdict.Of(result, null, null, TimeSpan.Zero).Refusal is { } different ? throw different : result.Statement.Pin;
    }

    private static ModelSigningException PartOfFolder(string model, Exception? inner) => CommandErrors.FirstUseUnknown.At(
        $"'{model}' is only a part of what its signature covers. Specify the folder that was signed.", model, inner);
}
