using ModelSigning.Core.Claims;

namespace ModelSigning.Core.Policy;

/// <summary>A sentence for the author of a policy.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Text">What it does, and what may have been meant.</param>
public sealed record PolicyAdvice(string Rule, string Text);

/// <summary>Looks for what a policy says and its author may not have meant.</summary>
internal static class PolicyLint
{
    internal static IReadOnlyList<PolicyAdvice> Of(TrustPolicy policy) => [.. policy.Rules.SelectMany((rule, index) => Of(policy, rule, index))];

    private static IEnumerable<PolicyAdvice> Of(TrustPolicy policy, TrustRule rule, int index)
    {
        TrustRule? before = policy.Rules.Take(index).FirstOrDefault(earlier => rule.Models.All(pattern => IsCovered(pattern, earlier)));
        if (before is not null)
        {
            yield return new(rule.Name, $"This rule never applies: the earlier rule '{before.Name}' matches the same models. Put the narrower rule first.");
        }

        if ((rule.TimestampRequired || rule.MaximumAge is not null) && rule.Signers.FirstOrDefault(signer => !signer.CanHaveTime) is { } timeless)
        {
            yield return new(rule.Name, $"{timeless.Description} can never have a confirmed signing time. Add the timestamp authorities that you trust to timestampAuthorities.");
        }

        if (rule.Models.Any(pattern => pattern.IsCatchAll))
        {
            yield return new(rule.Name, "This rule matches every model that no earlier rule matched. Remove it to refuse those models.");
        }

        if (rule.Forbidden.Contains(ForbiddenContent.Pickle) != rule.Forbidden.Contains(ForbiddenContent.Code) && rule.AllowedFormats.Count == 0)
        {
            yield return new(rule.Name, "This rule forbids only one of pickle and code, and either can run anything. Forbid both, or list the formats that you expect in allowFormats.");
        }

        if (rule.AllowedFormats.Count > 0 && rule.Forbidden.Any(forbidden => forbidden != ForbiddenContent.UnpinnedReferences))
        {
            yield return new(rule.Name, "allowFormats already refuses pickles and code. Remove them from forbid.");
        }

        if (rule.AllowedFormats.Count > 0 && !rule.Forbidden.Contains(ForbiddenContent.UnpinnedReferences))
        {
            yield return new(rule.Name, "Files of the allowed formats can still name code and weights elsewhere. Add unpinnedReferences to forbid.");
        }

        foreach (string store in rule.LineageStores.Where(store => !Directory.Exists(store)))
        {
            yield return new(rule.Name, $"The folder '{store}' in 'stores' does not exist. Create it, or correct its path: base models that are not found are refused.");
        }

        foreach (string advice in rule.Signers.SelectMany(signer => signer.Advice).Concat(rule.Claims.SelectMany(ClaimLint.Of)))
        {
            yield return new(rule.Name, advice);
        }
    }

    private static bool IsCovered(ModelPattern pattern, TrustRule earlier) =>
        earlier.Models.Any(other => other.IsCatchAll || other.Text == pattern.Text);
}

/// <summary>Looks for what a requirement for a claim says and its author may not have meant.</summary>
internal static class ClaimLint
{
    // Formats whose claims may say that something failed.
    private static readonly string[] Verdicts = ["https://in-toto.io/attestation/test-result/", "https://slsa.dev/verification_summary/"];

    internal static IEnumerable<string> Of(ClaimDemand demand)
    {
        if (demand.Conditions.Count == 0 && Verdicts.Any(verdict => demand.PredicateType.StartsWith(verdict, StringComparison.Ordinal)))
        {
            yield return $"A claim of the type '{demand.PredicateType}' is accepted whatever its result is. Add a condition on the result.";
        }

        if (PredicateTypes.Names.Select(PredicateTypes.ToFind).FirstOrDefault(known => known != demand.PredicateType && PredicateTypes.Matches(known, demand.PredicateType)) is { } unversioned)
        {
            yield return $"Only claims of the exact type '{demand.PredicateType}' are accepted. '{unversioned}' accepts every version.";
        }

        foreach (string advice in demand.Signers.SelectMany(signer => signer.Advice))
        {
            yield return advice;
        }
    }
}
