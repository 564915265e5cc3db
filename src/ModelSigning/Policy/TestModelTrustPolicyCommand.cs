using System.Management.Automation;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Policy;

namespace ModelSigning;

/// <summary>Checks a trust policy before a job relies on it.</summary>
/// <remarks>
/// <para>
/// Test-ModelTrustPolicy reads a policy as Test-ModelSignature would, with every key and certificate that it names, and writes $true when
/// it can be used. When it cannot, it writes $false and an error that names the place; of several policies, all must be usable. A warning names what a policy says that its author
/// may not have intended, such as a rule that no model reaches.
/// </para>
/// <para>-Detailed writes the rules instead, and -ModelPath the one that would decide about that model, or none.</para>
/// </remarks>
/// <example>
/// <code>Test-ModelTrustPolicy ./policy.json</code>
/// <para>Writes $true for a policy that can be used.</para>
/// </example>
/// <example>
/// <code>Test-ModelTrustPolicy ./policy.json -ModelPath D:\models\llama-3</code>
/// <para>Shows the rule that would decide about a model. A model that no rule matches has no output: it would be refused.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "ModelTrustPolicy", DefaultParameterSetName = "Path")]
[OutputType(typeof(bool), typeof(ModelTrustRule))]
public sealed class TestModelTrustPolicyCommand : ModelCommand
{
    private readonly SingleAnswer _answer = new();

    /// <summary>The policy file. Wildcards are expanded, and each match is checked by itself.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path",
        HelpMessage = "The trust policy file, for example ./policy/models.json.")]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    [SupportsWildcards]
    [PathTransformation]
    [Alias("FilePath")]
    public override string[] Path { get; set; } = [];

    /// <summary>The policy file, its name taken as it is written, without wildcards.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath",
        HelpMessage = "The trust policy file, for example ./policy/models.json.")]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    [Alias("PSPath", "LP")]
    [LiteralPathTransformation(TakesObjects = true)]
    public override string[] LiteralPath { get; set; } = [];

    /// <summary>Writes the rules with their signers and requirements.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <summary>
    /// Writes the rule that would decide about this model, and nothing where none would. The model need not exist. A file of a signed folder falls under the folder's rule: specify the folder.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string ModelPath { get; set; } = "";

    private bool WritesRules => Detailed || ModelPath.Length > 0;

    private protected override void ProcessModel(string model)
    {
        TrustPolicy? policy = Attempt(model, () => RunInterruptibly(_ => TrustPolicy.Read(model, PolicyInput.SignerKinds)));
        _answer.Add(policy is not null);
        if (policy is null)
        {
            return;
        }

        // It looks at folders, which may lie on a server that hangs.
        IReadOnlyList<PolicyAdvice> advice = RunInterruptibly(_ => policy.Advice());
        if (!WritesRules)
        {
            foreach (PolicyAdvice one in advice)
            {
                WriteWarning($"Rule '{one.Rule}': {one.Text}");
            }

            return;
        }

        TrustRule? deciding = ModelPath.Length > 0 ? OrTerminate(() => policy.RuleFor(this.FileSystemPath(ModelPath))) : null;
        if (ModelPath.Length > 0 && deciding is null)
        {
            WriteWarning($"No rule in '{policy.Source}' matches '{ModelPath}': the model would be refused.");
        }

        for (int index = 0; index < policy.Rules.Count; index++)
        {
            if (ModelPath.Length == 0 || policy.Rules[index] == deciding)
            {
                WriteObject(Describe(policy, index, advice));
            }
        }
    }

    private protected override void ProcessUnresolved(string path, ModelSigningException refusal)
    {
        _answer.Add(false);
        base.ProcessUnresolved(path, refusal);
    }

    /// <summary>Writes the answer for all policies together.</summary>
    protected override void EndProcessing()
    {
        if (!WritesRules)
        {
            WriteObject(_answer.IsTrue);
        }
    }

    private static ModelTrustRule Describe(TrustPolicy policy, int index, IReadOnlyList<PolicyAdvice> advice)
    {
        TrustRule rule = policy.Rules[index];
        return new ModelTrustRule(rule.Name, policy.Source)
        {
            Order = index + 1,
            Models = [.. rule.Models.Select(pattern => pattern.Text)],
            Signers = [.. rule.Signers.Select(signer => signer.Description)],
            TimestampRequired = rule.TimestampRequired || rule.MaximumAge is not null,
            MaximumAgeDays = rule.MaximumAge?.TotalDays,
            HashAlgorithms = [.. rule.HashAlgorithms.Select(algorithm => algorithm.Identifier())],
            KeyAlgorithms = [.. rule.KeyAlgorithms],
            Scope = rule.Scope.ToString(),
            Basis = rule.Basis.ToString(),
            PinnedModelCount = rule.Pins.Count,
            Claims = [.. rule.Claims.Select(claim => Printable.Of(claim.Description))],
            Forbid = [.. rule.Forbidden.Select(forbidden => forbidden.Name())],
            LineageStores = [.. rule.LineageStores],
            AllowFormats = [.. rule.AllowedFormats],
            Advice = [.. advice.Where(one => one.Rule == rule.Name).Select(one => one.Text)],
        };
    }
}
