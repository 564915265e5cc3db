using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Policy;

// What a rule demands of what a model was made from.
internal static partial class PolicyErrors
{
    /// <summary>What the model names cannot be read.</summary>
    public static readonly ErrorDefinition LineageUnreadable = new("TrustPolicyLineageUnreadable", ErrorKind.SecurityError,
        "The policy's rule demands signed base models, and what the model names as its base models cannot be read or followed to its end.",
        "Ask the publisher for a model whose card and configuration can be read, and verify the model as a whole.");

    /// <summary>A base model is in no store, or in several.</summary>
    public static readonly ErrorDefinition LineageMissing = new("TrustPolicyLineageMissing", ErrorKind.SecurityError,
        "The policy's rule demands signed base models, and one that the model names is in none of the rule's stores, or in several of them.",
        "Put the base model and its signature into one of the rule's stores, under the name that the model calls it by.");

    /// <summary>A base model is made from the model itself.</summary>
    public static readonly ErrorDefinition LineageLoop = new("TrustPolicyLineageLoop", ErrorKind.SecurityError,
        "The base models that models name lead in a circle.",
        "Ask the publishers which of the models was made from the other.");

    /// <summary>A base model does not verify.</summary>
    public static readonly ErrorDefinition LineageUnsigned = new("TrustPolicyLineageUnsigned", ErrorKind.SecurityError,
        "The policy's rule demands signed base models, and one that the model names does not verify by the policy.",
        "Restore the base model as its publisher signed it, or add a rule for its signer after you have decided to trust it.");
}
