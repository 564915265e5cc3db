using System.Management.Automation;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Models;
using ModelSigning.Core.Policy;
using ModelSigning.Core.Verifying;

namespace ModelSigning;

// A trust policy: the model's path chooses the rule, the rule names the signers, the bundle chooses the method.
public abstract partial class VerifyingCommand
{
    private protected const string TrustPolicySet = "TrustPolicy", TrustPolicyLiteralPathSet = "TrustPolicyLiteralPath";

    private const string TrustPolicyHelp = "The trust policy file, for example ./policy/models.json.";

    /// <summary>
    /// A trust policy: a JSON file that says who may sign which models. The first rule that matches a model decides, and a model that no
    /// rule matches is refused. See about_ModelSigning_TrustPolicy.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = TrustPolicySet, HelpMessage = TrustPolicyHelp)]
    [Parameter(Mandatory = true, ParameterSetName = TrustPolicyLiteralPathSet, HelpMessage = TrustPolicyHelp)]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string TrustPolicy { get; set; } = "";

    private TrustPolicy? _policy;

    // A base model that several models of one record were made from is hashed once for all of them. A pipeline can run for days, and a verdict of its beginning is none on what is there now.
    private LineageTrail _trail = new();

    /// <summary>The files and folders that the trust policy names; none without one.</summary>
    private protected IReadOnlyList<string> NamedByPolicy => TrustPolicy.Length > 0 ? ReadPolicy().NamedPaths : [];

    private Func<string, SignatureVerifier> MakePolicyVerifiers()
    {
        TrustPolicy policy = ReadPolicy();
        return model => policy.VerifierFor(model, _trail);
    }

    /// <summary>Why a model's signature is refused by the rule for another place; null where it is not, where no other rule decides there, and without a policy.</summary>
    private protected ModelSigningException? RefusedByRuleOf(string other, string model, ModelSource source)
    {
        if (TrustPolicy.Length == 0 || ReadPolicy() is not { } policy || policy.RuleFor(other) is not { } rule || rule == policy.RuleFor(model))
        {
            return null;
        }

        try
        {
            string signature = SignatureLocation.Find(source.ModelPath, this.CurrentDirectory());
            RunInterruptibly(_ => policy.VerifierFor(other).VerifyModel(
                BundleReader.Read(source.SignatureFile(signature, DenySymlink, FileSystemRules.Current), StopToken), SignatureLocation.DefaultName, StopToken));
            return null;
        }
        catch (ModelSigningException refusal)
        {
            return refusal;
        }
    }

    private TrustPolicy ReadPolicy() => _policy ??= this.ReadTrustPolicy(TrustPolicy);
}
