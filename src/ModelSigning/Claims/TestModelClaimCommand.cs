using System.Management.Automation;
using System.Text;
using ModelSigning.Core.Claims;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Policy;
using ModelSigning.Core.Verifying;
using ModelSigning.Sigstore.Verifying;

namespace ModelSigning;

/// <summary>Verifies a model and what trusted signers claim about it.</summary>
/// <remarks>
/// <para>
/// Test-ModelClaim first verifies the model as Test-ModelSignature does, with the same parameters: its signature and every file. Then it verifies the claims in
/// NAME.claims.jsonl beside the model. A claim counts when a signer that you trust made it and it is about the root digest of this model's signature; a bill of materials must also match the
/// model. Nothing of a claim is shown before that.
/// </para>
/// <para>
/// With -PublicKey, certificates or an identity, the same signers are trusted for the model and for its claims. With -TrustPolicy the rule's claims say whose claims
/// count, of which type and with which content, and a rule without claims accepts none.
/// </para>
/// <para>
/// Each claim that counts is written as an object. A model that does not verify, or about which no claim of the wanted type counts, writes NO object but an error. A
/// line that cannot be read is a warning; the others count. Claims about other models and of other signers are passed over; -Verbose and -Detailed name them.
/// </para>
/// <para>
/// BoundTo is Content for a claim that names the model's pin, as those of New-ModelClaim do, and RootDigest for one that names the root digest alone. The root digest
/// stays the same when files are renamed.
/// </para>
/// </remarks>
/// <example>
/// <code>Test-ModelClaim ./model -PublicKey ./release.pub</code>
/// <para>Lists what the owner of the key claims about a model that the same key signed.</para>
/// </example>
/// <example>
/// <code>(Test-ModelClaim ./model -PublicKey ./release.pub -PredicateType test-result).Predicate.result</code>
/// <para>Shows the result of a model's tests, which only counts if it was signed and is about this model.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "ModelClaim", DefaultParameterSetName = KeySet)]
[OutputType(typeof(ModelClaim), typeof(bool))]
public sealed class TestModelClaimCommand : VerifyingCommand
{
    private const int WarnedLines = 3;

    private readonly SingleAnswer _answer = new();
    private string[] _wanted = [];

    /// <summary>
    /// The only claims that are wanted: cyclonedx, spdx, slsa-provenance, test-result, or URIs, which are compared character by character. By default all.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PredicateTypeCompleter))]
    public string[] PredicateType { get; set; } = [];

    /// <summary>The file of the claims; by default NAME.claims.jsonl beside the model.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string ClaimsPath { get; set; } = "";

    /// <summary>
    /// Writes an object for every line of the claims file, whether it counts or not, and one for a model that does not verify. For reports: do not use it as a
    /// condition.
    /// </summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <summary>
    /// Writes one $true or $false for the whole call: $true only if at least one model was specified, all of them verified, and about each at least one wanted claim
    /// counts.
    /// </summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>Checks what the parameter sets cannot.</summary>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (Quiet && Detailed)
        {
            ThrowTerminatingError(CommandErrors.QuietAndDetailed.At("-Quiet writes $true or $false, -Detailed writes results.").ToErrorRecord());
        }

        if (Quiet)
        {
            this.RefuseScriptBlocks();
        }

        _wanted = OrTerminate<string[]>(() => [.. PredicateType.Select(PredicateTypes.ToFind)]);
    }

    private protected override string? ClaimsFilePath => ClaimsPath.Length > 0 ? this.FileSystemPath(ClaimsPath) : null;

    private protected override void ProcessModel(string model)
    {
        Verdict verdict = Verify(model);
        if (verdict.Refusal is { } refusal)
        {
            Refuse(refusal, model, null, verdict.Result.Status);
            return;
        }

        VerificationResult verified = verdict.Verified!;
        string path = ClaimsFilePath ?? ClaimsFile.Default(verified.ModelPath, this.CurrentDirectory());
        List<ClaimFinding> findings;
        try
        {
            WriteVerbose($"Verifying the claims in '{path}'.");
            findings = Guarded(() => RunInBackground<List<ClaimFinding>>(null, (_, token) => [.. Find(verified, path, token)]));
        }
        catch (ModelSigningException caught)
        {
            Refuse(caught, model, path, caught.Definition == ClaimErrors.FileNotFound ? nameof(ModelSignatureStatus.NotSigned) : StatusNames.Of(caught.Definition).ToString());
            return;
        }

        WriteWarnings(verdict.Result.Warnings, model);
        Write(verdict.Result, path, [.. findings.Where(IsWanted)]);
    }

    private protected override void ProcessUnresolved(string path, ModelSigningException refusal) =>
        Refuse(refusal, FullPathIfAny(path), null, StatusNames.Of(refusal.Definition).ToString());

    /// <summary>Writes the answer of -Quiet.</summary>
    protected override void EndProcessing()
    {
        if (Quiet)
        {
            WriteObject(_answer.IsTrue);
        }
    }

    private static IEnumerable<ClaimFinding> Find(VerificationResult verified, string path, CancellationToken token) => verified.Verifier is PolicyVerifier policy
        ? policy.VerifyClaims(verified, path, token)
        : new ClaimVerifier(verified).VerifyFile(path, verified.Verifier, token);

    private bool IsWanted(ClaimFinding finding) =>
        finding.Claim is not { } claim || _wanted.Length == 0 || _wanted.Any(wanted => PredicateTypes.Matches(wanted, claim.PredicateType));

    private void Write(ModelSignatureResult model, string path, List<ClaimFinding> findings)
    {
        int accepted = findings.Count(finding => finding.Claim is not null);
        _answer.Add(accepted > 0);
        foreach (ClaimFinding finding in findings.Where(finding => finding.Refusal is not null))
        {
            WriteVerbose($"Line {finding.Line} does not count: {finding.Refusal!.Message}");
        }

        if (Quiet)
        {
            return;
        }

        if (!Detailed)
        {
            WarnOfUnreadable(findings, model.Path);
        }

        if (accepted == 0 && !Detailed)
        {
            WriteError(NoneAccepted(findings, model.Path, path).ToErrorRecord(model.Path));
            return;
        }

        foreach (ClaimFinding finding in findings.Where(finding => Detailed || finding.Claim is not null))
        {
            WriteWarnings(finding.Claim?.Evidence.Warnings ?? [], model.Path);
            WriteObject(Describe(finding, model, path));
        }
    }

    private void WarnOfUnreadable(List<ClaimFinding> findings, string model)
    {
        string[] unreadable = [.. findings.Where(finding => finding.Refusal?.Definition is { Kind: ErrorKind.InvalidData or ErrorKind.LimitsExceeded } definition
            && !ClaimErrors.AboutOthers.Contains(definition)).Select(finding => finding.Refusal!.Message)];
        WriteWarnings(unreadable.Take(WarnedLines), model);
        if (unreadable.Length > WarnedLines)
        {
            WriteWarning($"{Quantity.Of(unreadable.Length - WarnedLines, "more line")} of the claims file cannot be used; -Detailed lists them.");
        }
    }

    private ModelSigningException NoneAccepted(List<ClaimFinding> findings, string model, string path)
    {
        string what = _wanted.Length == 0 ? "claim" : $"claim of the type '{string.Join("' or '", _wanted)}'";
        string first = findings.FirstOrDefault(finding => finding.Refusal is not null)?.Refusal is { } reason ? $" The first: {reason.Message}" : "";
        return ClaimErrors.NoneAccepted.At(
            $"No {what} about '{model}' was accepted: {Quantity.Of(findings.Count(finding => finding.Claim is null), "line")} of '{path}' did not count.{first}", model);
    }

    private void Refuse(ModelSigningException refusal, string model, string? path, string status)
    {
        _answer.Add(false);
        ModelSigningException named = refusal.About(model);
        if (Detailed)
        {
            WriteObject(new ModelClaim(model) { ClaimsPath = path, Status = status, StatusMessage = named.Message, ErrorId = refusal.Definition.Id });
        }
        else if (Quiet)
        {
            WriteVerbose(named.Message);
        }
        else
        {
            WriteError(named.ToErrorRecord(model));
        }
    }

    private static ModelClaim Describe(ClaimFinding finding, ModelSignatureResult model, string path)
    {
        if (finding.Claim is not { } claim)
        {
            ErrorDefinition definition = finding.Refusal!.Definition;
            return new(model.Path)
            {
                ClaimsPath = path,
                Line = finding.Line,
                Status = ClaimErrors.AboutOthers.Contains(definition) ? "OtherModel" : StatusNames.Of(definition).ToString(),
                StatusMessage = finding.Refusal.Message,
                ErrorId = definition.Id,
                TrustRule = model.TrustRule,
                ModelSigner = model.Signer,
                UncheckedPaths = model.UncheckedPaths,
            };
        }

        SignatureEvidence evidence = claim.Evidence;
        return new(model.Path)
        {
            ClaimsPath = path,
            Line = finding.Line,
            Status = nameof(ModelSignatureStatus.Valid),
            StatusMessage = "A trusted signer made this claim about this model." + (model.UncheckedPaths.Length > 0 ? " " + model.StatusMessage : ""),
            UncheckedPaths = model.UncheckedPaths,
            TrustRule = model.TrustRule,
            PredicateType = Printable.Of(claim.PredicateType),
            Predicate = PredicateObject.Of(claim.Predicate),
            PredicateJson = Encoding.UTF8.GetString(claim.Predicate.Utf8.Span),
            SubjectName = Printable.Of(claim.SubjectName),
            BoundTo = claim.BoundTo.ToString(),
            Method = evidence.Method.ToString(),
            Signer = Printable.Of(evidence.Signer),
            Issuer = (evidence as SigstoreEvidence)?.Verification.Identity is { } identity ? Printable.Of(identity.Issuer) : null,
            SignedTime = evidence.SignedTime?.ToUniversalTime(),
            TimeSource = evidence.TimeSource,
            ModelSigner = model.Signer,
        };
    }
}
