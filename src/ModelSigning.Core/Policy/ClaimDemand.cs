using ModelSigning.Core.Claims;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Policy;

/// <summary>A claim that a rule requires about its models. One accepted claim must meet all of it.</summary>
public sealed record ClaimDemand
{
    private const string RootDigest = nameof(ClaimBinding.RootDigest), Content = nameof(ClaimBinding.Content);

    /// <summary>What the claim must say: a URI, as <see cref="PredicateTypes.Matches"/> compares it.</summary>
    public required string PredicateType { get; init; }

    /// <summary>The signers, any of which may have made the claim; at least one. Those of the model are not among them unless they are named again.</summary>
    public required IReadOnlyList<TrustedSigner> Signers { get; init; }

    /// <summary>What the predicate must have.</summary>
    public IReadOnlyList<ClaimCondition> Conditions { get; init; } = [];

    /// <summary>Whether the claim must be bound to the content pin, and not to the root digest alone.</summary>
    public bool RequiresContent { get; init; }

    /// <summary>The requirement in words.</summary>
    public string Description => $"a claim of the type '{PredicateType}'"
        + (Conditions.Count > 0 ? $" where {string.Join(" and ", Conditions.Select(condition => condition.Description))}" : "")
        + (RequiresContent ? ", bound to the content pin" : "");

    /// <summary>Reads a requirement.</summary>
    /// <param name="element">Its object in the policy.</param>
    /// <param name="readSigner">Reads a signer.</param>
    internal static ClaimDemand Read(PolicyElement element, Func<PolicyElement, TrustedSigner> readSigner)
    {
        ClaimDemand demand = new()
        {
            PredicateType = ReadType(element),
            Signers = [.. element.Objects("signers").Select(readSigner)],
            Conditions = element.Member("conditions") is null ? [] : [.. element.Objects("conditions").Select(ClaimCondition.Read)],
            RequiresContent = element.OptionalText("boundTo") switch
            {
                null or RootDigest => false,
                Content => true,
                { } other => throw element.Invalid($"'boundTo' of {element.Where} is '{other}', not {Content} or {RootDigest}."),
            },
        };
        _ = element.OptionalText("comment");
        element.RefuseOthers();
        return demand;
    }

    /// <summary>Refuses a claim of a signer that is accepted, where it does not meet the requirement.</summary>
    /// <exception cref="ModelSigningException">
    /// <see cref="PolicyErrors.ClaimTypeOther"/>, <see cref="PolicyErrors.ClaimNotBoundToContent"/>, <see cref="PolicyErrors.ClaimConditionUnmet"/>.
    /// </exception>
    internal void Require(VerifiedClaim claim)
    {
        if (!PredicateTypes.Matches(PredicateType, claim.PredicateType))
        {
            throw PolicyErrors.ClaimTypeOther.At($"Line {claim.Line} is of the type '{claim.PredicateType}', not '{PredicateType}'.");
        }

        if (RequiresContent && claim.BoundTo != ClaimBinding.Content)
        {
            throw PolicyErrors.ClaimNotBoundToContent.At($"Line {claim.Line} is bound to the model's root digest, not to its content pin.");
        }

        foreach (ClaimCondition condition in Conditions)
        {
            if (condition.Fault(claim.Predicate) is { } fault)
            {
                throw PolicyErrors.ClaimConditionUnmet.At($"In line {claim.Line} {fault}.");
            }
        }
    }

    private static string ReadType(PolicyElement element)
    {
        string type = element.Text("predicateType");
        try
        {
            return PredicateTypes.ToFind(type);
        }
        catch (ModelSigningException refusal)
        {
            throw element.Invalid($"'predicateType' of {element.Where}: {refusal.Message}");
        }
    }
}
