using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Policy;

// What a rule demands of claims.
internal static partial class PolicyErrors
{
    /// <summary>A claim that the rule demands is lacking.</summary>
    public static readonly ErrorDefinition ClaimMissing = new("TrustPolicyClaimMissing", ErrorKind.SecurityError,
        "The policy's rule requires a claim about the model, and no line of the claims file is such a claim of a signer that the rule accepts.",
        "Get the claims file that belongs to the model and put it beside the model, or have the claim made with New-ModelClaim.");

    /// <summary>The signer of a claim is not one of those that the rule accepts.</summary>
    public static readonly ErrorDefinition ClaimSignerNotAccepted = new("TrustPolicyClaimSignerNotAccepted", ErrorKind.SecurityError,
        "A claim was not made by a signer that the policy's rule accepts for claims of this kind.",
        "Ignore the claim, or add its signer to the rule's claims after you have decided to trust it.");

    /// <summary>The claim is of another type than the rule's.</summary>
    public static readonly ErrorDefinition ClaimTypeOther = new("TrustPolicyClaimTypeOther", ErrorKind.SecurityError,
        "A claim is of another predicate type than the policy's rule names for its signer.",
        "Add the predicate type to the rule's claims if it should count.");

    /// <summary>The predicate does not meet the rule's conditions.</summary>
    public static readonly ErrorDefinition ClaimConditionUnmet = new("TrustPolicyClaimConditionUnmet", ErrorKind.SecurityError,
        "A claim of an accepted signer does not say what the policy's rule requires.",
        "Do not use the model for what the rule is about, or change the rule's conditions.");

    /// <summary>The claim has no content pin.</summary>
    public static readonly ErrorDefinition ClaimNotBoundToContent = new("TrustPolicyClaimNotBoundToContent", ErrorKind.SecurityError,
        "A claim of an accepted signer names the model's root digest alone, and the policy's rule requires the content pin, which covers the names of the files too.",
        "Have the claim made with New-ModelClaim, which adds the pin.");
}
