using ModelSigning.Core.Claims;

namespace ModelSigning.Core.Policy;

/// <summary>Looks for what a demand for a claim says and its author may not have meant.</summary>
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
