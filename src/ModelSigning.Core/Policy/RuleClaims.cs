using ModelSigning.Core.Bundles;
using ModelSigning.Core.Claims;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Policy;

/// <summary>Verifies claims about a model by what a rule of a policy requires of them.</summary>
internal sealed class RuleClaims(TrustPolicy policy, TrustRule rule)
{
    // Which of several refusals tells most: what an accepted signer said and did not suffice, before what was no claim about this model at all.
    private static readonly ErrorDefinition[] Telling =
    [
        PolicyErrors.ClaimConditionUnmet, PolicyErrors.ClaimNotBoundToContent, PolicyErrors.Revoked, PolicyErrors.ClaimSignerNotAccepted, PolicyErrors.ClaimTypeOther,
        ClaimErrors.LineTorn, ClaimErrors.OtherForm, ClaimErrors.OtherVersion, ClaimErrors.OtherModel,
    ];

    /// <summary>Verifies the claims of a file: those that meet a requirement of the rule count, and no others.</summary>
    /// <inheritdoc cref="ClaimVerifier.VerifyFile"/>
    public IEnumerable<ClaimFinding> Verify(VerificationResult model, string path, CancellationToken cancellationToken)
    {
        ClaimVerifier verifier = new(model);
        return ClaimsReader.Read(path, cancellationToken).Select(line => Best(line, verifier, cancellationToken));
    }

    /// <summary>Refuses a model that lacks a claim that the rule requires.</summary>
    /// <param name="model">The model, verified as a whole and valid.</param>
    /// <param name="path">The full path of the claims file; a file that does not exist has no claims.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What to know of the claims although they count.</returns>
    /// <exception cref="ModelSigningException"><see cref="PolicyErrors.ClaimMissing"/>, or one of <see cref="ClaimErrors"/>.</exception>
    public IReadOnlyList<string> Require(VerificationResult model, string path, CancellationToken cancellationToken)
    {
        if (rule.Claims.Count == 0)
        {
            return [];
        }

        ClaimVerifier verifier = new(model);
        List<ClaimDemand> open = [.. rule.Claims];
        List<string> warnings = [];
        Dictionary<ClaimDemand, ModelSigningException> reasons = new(ReferenceEqualityComparer.Instance);
        foreach (ClaimLine line in Lines(path, cancellationToken))
        {
            open.RemoveAll(demand =>
            {
                ClaimFinding finding = Find(line, demand, verifier, cancellationToken);
                if (finding.Refusal is { } refusal && (!reasons.TryGetValue(demand, out ModelSigningException? known) || Rank(refusal) < Rank(known)))
                {
                    reasons[demand] = refusal;
                }

                warnings.AddRange((finding.Claim?.Evidence.Warnings ?? []).Except(warnings));
                return finding.Claim is not null;
            });
            if (open.Count == 0)
            {
                return warnings;
            }
        }

        string lacking = string.Join(" and ", open.Select(demand => demand.Description));
        string why = string.Concat(open.Select(demand => reasons.TryGetValue(demand, out ModelSigningException? reason) ? $" {reason.Message}" : "").Distinct(StringComparer.Ordinal));
        throw PolicyErrors.ClaimMissing.At(
            $"The rule '{rule.Name}' requires {lacking} about '{model.ModelPath}', and no such claim in '{path}' is accepted.{why}", model.ModelPath);
    }

    private static IEnumerable<ClaimLine> Lines(string path, CancellationToken cancellationToken) =>
        File.Exists(path) || Directory.Exists(path) ? ClaimsReader.Read(path, cancellationToken) : [];

    private static int Rank(ModelSigningException refusal) => Array.IndexOf(Telling, refusal.Definition) is >= 0 and var rank ? rank : Telling.Length;

    private ClaimFinding Best(ClaimLine line, ClaimVerifier verifier, CancellationToken cancellationToken)
    {
        ClaimFinding[] findings = [.. rule.Claims.Select(demand => Find(line, demand, verifier, cancellationToken))];
        return findings.FirstOrDefault(finding => finding.Claim is not null) ?? findings.MinBy(finding => Rank(finding.Refusal!))
            ?? new(line.Line, null, PolicyErrors.ClaimSignerNotAccepted.At($"The rule '{rule.Name}' does not list any signers of claims, so no claim counts."));
    }

    private ClaimFinding Find(ClaimLine line, ClaimDemand demand, ClaimVerifier verifier, CancellationToken cancellationToken)
    {
        ClaimFinding finding = verifier.Find(line, bundle => Verify(bundle, line.Line, demand, cancellationToken));
        try
        {
            if (finding.Claim is { } claim)
            {
                demand.Require(claim);
            }

            return finding;
        }
        catch (ModelSigningException refusal)
        {
            return new(line.Line, null, refusal);
        }
    }

    private VerifiedStatement Verify(Bundle bundle, int line, ClaimDemand demand, CancellationToken cancellationToken)
    {
        string what = $"line {line}";
        policy.Revoked.RefuseNamed(bundle.VerificationMaterial, policy.Source, what);
        List<string> reasons = [];
        foreach (TrustedSigner signer in demand.Signers)
        {
            try
            {
                VerifiedStatement verified = signer.Verifier.Verify(bundle, cancellationToken);
                policy.Revoked.RefuseSigner(verified.Evidence, policy.Source, what);
                return verified;
            }
            catch (ModelSigningException refusal) when (refusal.Definition != PolicyErrors.Revoked)
            {
                reasons.Add($"{signer.Description}: {refusal.Message}");
            }
        }

        throw PolicyErrors.ClaimSignerNotAccepted.At($"None of the signers that the rule '{rule.Name}' accepts for it made line {line}. {string.Join(" ", reasons)}");
    }
}
