using ModelSigning.Core.Bundles;
using ModelSigning.Core.Claims;
using ModelSigning.Core.Content;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Policy;

/// <summary>Verifies one model's signature against the rule of a policy that matches the model; without a rule it refuses.</summary>
public sealed class PolicyVerifier : SignatureVerifier
{
    // What a rule requires of a signature whose signer it accepts.
    private static readonly ErrorDefinition[] Demands =
        [PolicyErrors.KeyAlgorithmNotAccepted, PolicyErrors.TimestampRequired, PolicyErrors.SignatureTooOld, PolicyErrors.SignatureInFuture];

    private readonly TrustPolicy _policy;
    private readonly string _modelPath;
    private readonly TimeProvider _clock;
    private readonly LineageTrail? _trail;

    internal PolicyVerifier(TrustPolicy policy, string modelPath, TimeProvider clock, LineageTrail? trail = null)
    {
        _trail = trail;
        _policy = policy;
        _modelPath = modelPath;
        _clock = clock;
        Rule = policy.RuleFor(modelPath);
    }

    /// <summary>The rule that decides; null when no rule matches the model, which is then refused.</summary>
    public TrustRule? Rule { get; }

    /// <inheritdoc/>
    protected override SignatureEvidence VerifySignature(Bundle bundle)
    {
        _policy.Revoked.RefuseNamed(bundle.VerificationMaterial, _policy.Source, _modelPath);
        TrustRule rule = Rule ?? throw PolicyErrors.NoRule.At(
            $"No rule in the policy '{_policy.Source}' matches '{_modelPath}', so no signer is trusted for it.", _modelPath);
        List<(TrustedSigner Signer, ModelSigningException Refusal)> refusals = [];
        foreach (TrustedSigner signer in rule.Signers)
        {
            try
            {
                SignatureEvidence evidence = signer.Verifier.FindEvidence(bundle);
                _policy.Revoked.RefuseSigner(evidence, _policy.Source, _modelPath);
                rule.RequireKey(evidence);
                rule.RequireTime(evidence, _clock.GetUtcNow());
                return evidence;
            }
            catch (ModelSigningException refusal) when (refusal.Definition != PolicyErrors.Revoked)
            {
                refusals.Add((signer, refusal));
            }
        }

        throw Refuse(rule, refusals);
    }

    /// <inheritdoc/>
    protected override void Examine(VerifiedManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        _policy.Revoked.RefuseModel(manifest.Manifest, _policy.Source, _modelPath);
        Rule!.RequireContent(manifest.Manifest, manifest.Pin);
    }

    /// <inheritdoc/>
    protected internal override void RequireCoverage(VerificationScope scope, VerificationBasis basis) => Rule!.RequireCoverage(scope, basis, _modelPath);

    /// <inheritdoc/>
    internal override bool ComesBefore(SignatureVerifier other) => Rule is not null && other is PolicyVerifier { Rule: not null } policy && policy.Rule != Rule
        && _policy.Rules.FirstOrDefault(rule => rule == Rule || rule == policy.Rule) == Rule;

    /// <inheritdoc/>
    internal override bool DemandsContent => Rule is { DemandsContent: true } or { LineageStores.Count: > 0 };

    /// <inheritdoc/>
    internal override IReadOnlyList<string> Conclude(VerificationResult result, ModelInspection? content, VerificationRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(request);
        new RuleContent(Rule!).Require(result, content, cancellationToken);
        IReadOnlyList<string> ofClaims = new RuleClaims(_policy, Rule!).Require(result, ClaimsPath(result, request.ClaimsPath), cancellationToken);
        return [.. ofClaims, .. new RuleLineage(_policy, Rule!, _trail ?? new()).Require(result, content, request, cancellationToken)];
    }

    /// <summary>Verifies the claims about a model. Those count that meet one of the rule's requirements.</summary>
    /// <param name="result">The model, verified as a whole and valid.</param>
    /// <param name="claimsPath">The full path of the claims file; null for the one beside the model.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <inheritdoc cref="ClaimVerifier.VerifyFile"/>
    public IEnumerable<ClaimFinding> VerifyClaims(VerificationResult result, string? claimsPath, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new RuleClaims(_policy, Rule!).Verify(result, ClaimsPath(result, claimsPath), cancellationToken);
    }

    private static string ClaimsPath(VerificationResult result, string? given) => given ?? ClaimsFile.Default(result.ModelPath, result.ModelPath);

    private ModelSigningException Refuse(TrustRule rule, List<(TrustedSigner Signer, ModelSigningException Refusal)> refusals)
    {
        // The signer was found and the rule wants more of it: that, and not the other signers, is what to tell.
        ModelSigningException? demand = refusals.Select(one => one.Refusal)
            .FirstOrDefault(refusal => Demands.Contains(refusal.Definition));
        if (demand is not null)
        {
            return demand;
        }

        // A signer of another method says nothing about this signature, unless there is no other.
        var told = refusals.Where(one => one.Refusal.Definition != VerifyingErrors.MethodMismatch).ToList();
        IEnumerable<string> reasons = (told.Count > 0 ? told : refusals).Select(one => $"{one.Signer.Description}: {one.Refusal.Message}");
        return PolicyErrors.SignerNotAccepted.At(
            $"None of the signers in the rule '{rule.Name}' signed '{_modelPath}'. {string.Join(" ", reasons)}", _modelPath, refusals[0].Refusal);
    }
}
