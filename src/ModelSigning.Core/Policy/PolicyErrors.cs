using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Policy;

/// <summary>The refusals of trust policies.</summary>
internal static class PolicyErrors
{
    /// <summary>The policy file does not exist.</summary>
    public static readonly ErrorDefinition PolicyNotFound = new("TrustPolicyNotFound", ErrorKind.ObjectNotFound,
        "The trust policy does not exist.",
        "Check the path. New-ModelTrustPolicy creates a first policy.");

    /// <summary>The policy file cannot be read.</summary>
    public static readonly ErrorDefinition PolicyUnreadable = new("TrustPolicyUnreadable", ErrorKind.ReadError,
        "The trust policy cannot be read: access is denied, or the operating system reported an error.",
        "Grant the user read access, or check the disk or share that holds the file.");

    /// <summary>The policy is not JSON, or has content that a policy cannot have.</summary>
    public static readonly ErrorDefinition PolicyInvalid = new("TrustPolicyInvalid", ErrorKind.InvalidData,
        "The trust policy is not valid: a member is missing, misspelled, of the wrong type or out of range, or a pattern can never match.",
        "Correct the policy as the message says. The file trust-policy.schema.json in the package describes the format, and editors can use it.");

    /// <summary>A policy that exists was not to be replaced.</summary>
    public static readonly ErrorDefinition PolicyExists = new("TrustPolicyExists", ErrorKind.ResourceExists,
        "The policy file already exists.",
        "Specify another path, or use -Force to replace it.");

    /// <summary>The policy would replace a file that is not one.</summary>
    public static readonly ErrorDefinition PolicyReplacesFile = new("TrustPolicyReplacesFile", ErrorKind.InvalidArgument,
        "The path of the new policy is an existing file that is not a trust policy. -Force replaces only policies.",
        "Specify another path, or delete the file if it is not needed.");

    /// <summary>No rule matches the model.</summary>
    public static readonly ErrorDefinition NoRule = new("TrustPolicyNoRule", ErrorKind.SecurityError,
        "No rule in the trust policy matches this model.",
        "Add a rule for the model if you trust its signer. Test-ModelTrustPolicy shows the rules.");

    /// <summary>The rule's signers did not sign.</summary>
    public static readonly ErrorDefinition SignerNotAccepted = new("TrustPolicySignerNotAccepted", ErrorKind.SecurityError,
        "The model was not signed by a signer that the rule in the policy accepts.",
        "Do not use the model unless you know the signer and decide to trust it. In that case, add the signer to the rule.");

    /// <summary>The rule wants a verified time of signing.</summary>
    public static readonly ErrorDefinition TimestampRequired = new("TrustPolicyTimestampRequired", ErrorKind.SecurityError,
        "The rule in the policy requires a confirmed signing time, and the signature does not have one.",
        "Ask the signer to sign with a timestamp, or remove this requirement from the rule.");

    /// <summary>The signature is older than the rule allows.</summary>
    public static readonly ErrorDefinition SignatureTooOld = new("TrustPolicySignatureTooOld", ErrorKind.SecurityError,
        "The signature is older than the rule in the policy allows.",
        "Ask the signer to sign the model again.");

    /// <summary>The signature's time lies in the future.</summary>
    public static readonly ErrorDefinition SignatureInFuture = new("TrustPolicySignatureInFuture", ErrorKind.SecurityError,
        "The signing time is more than five minutes ahead of this machine's clock, so the signature's age is not known.",
        "Check this machine's clock and its time zone.");

    /// <summary>The policy revokes the key, a certificate or the model.</summary>
    public static readonly ErrorDefinition Revoked = new("TrustPolicyRevoked", ErrorKind.SecurityError,
        "The policy revokes the key or a certificate of this signature, or the model itself. No rule overrides that.",
        "Do not use the model. Ask the signer for one that is signed with another key.");

    /// <summary>Whether a pin is revoked cannot be determined.</summary>
    public static readonly ErrorDefinition RevocationUnclear = new("TrustPolicyRevocationUnclear", ErrorKind.LimitsExceeded,
        "The policy revokes pins, and the signature ignores so many paths that comparing it with them would take too long.",
        "Ask the signer for a signature that ignores fewer paths, or revoke the signer's key instead of pins.");

    /// <summary>The files' digest algorithm is not one of the rule's.</summary>
    public static readonly ErrorDefinition AlgorithmNotAccepted = new("TrustPolicyAlgorithmNotAccepted", ErrorKind.SecurityError,
        "The rule in the policy does not accept the hash algorithm of the model's digests.",
        "Ask the signer to use an algorithm that the rule accepts, or add this one to the rule.");

    /// <summary>The signing key's algorithm is not one of the rule's.</summary>
    public static readonly ErrorDefinition KeyAlgorithmNotAccepted = new("TrustPolicyKeyAlgorithmNotAccepted", ErrorKind.SecurityError,
        "The signer is accepted, but the rule in the policy does not accept the algorithm of the signer's key.",
        "Ask the signer to use a key that the rule's keyAlgorithms allow, or add this algorithm to the rule.");

    /// <summary>Only a part was verified.</summary>
    public static readonly ErrorDefinition ScopeNotAccepted = new("TrustPolicyScopeNotAccepted", ErrorKind.SecurityError,
        "The rule in the policy requires that the whole model is verified, but only some of its files were selected.",
        "Verify the model's folder without -Include, or remove 'scope' from the rule.");

    /// <summary>No file was to be read.</summary>
    public static readonly ErrorDefinition BasisNotAccepted = new("TrustPolicyBasisNotAccepted", ErrorKind.SecurityError,
        "The rule in the policy requires that the model's files are verified, but a manifest was specified.",
        "Verify the model itself. If manifests are enough for these models, give the rule \"basis\": \"Manifest\".");

    /// <summary>The model is another one than the rule pins.</summary>
    public static readonly ErrorDefinition ModelNotPinned = new("TrustPolicyModelNotPinned", ErrorKind.SecurityError,
        "The rule in the policy accepts only pinned models, and this model is not one of them.",
        "Use a pinned model, or review this model and add its pin to the rule.");

    /// <summary>A claim that the rule requires is lacking.</summary>
    public static readonly ErrorDefinition ClaimMissing = new("TrustPolicyClaimMissing", ErrorKind.SecurityError,
        "The policy's rule requires a claim about the model, but the claims file has none from a signer that the rule accepts.",
        "Get the claims file that belongs to the model and put it beside the model, or have the claim made with New-ModelClaim.");

    /// <summary>The signer of a claim is not one of those that the rule accepts.</summary>
    public static readonly ErrorDefinition ClaimSignerNotAccepted = new("TrustPolicyClaimSignerNotAccepted", ErrorKind.SecurityError,
        "A claim was not made by a signer that the policy's rule accepts for claims of this kind.",
        "Ignore the claim, or add its signer to the rule's claims after you have decided to trust it.");

    /// <summary>The claim is of another type than the rule's.</summary>
    public static readonly ErrorDefinition ClaimTypeOther = new("TrustPolicyClaimTypeOther", ErrorKind.SecurityError,
        "A claim has a predicate type other than the one that the policy's rule specifies for its signer.",
        "Add the predicate type to the rule's claims if it should count.");

    /// <summary>The predicate does not meet the rule's conditions.</summary>
    public static readonly ErrorDefinition ClaimConditionUnmet = new("TrustPolicyClaimConditionUnmet", ErrorKind.SecurityError,
        "A claim of an accepted signer does not say what the policy's rule requires.",
        "Do not use the model for what the rule is about, or change the rule's conditions.");

    /// <summary>The claim has no content pin.</summary>
    public static readonly ErrorDefinition ClaimNotBoundToContent = new("TrustPolicyClaimNotBoundToContent", ErrorKind.SecurityError,
        "A claim of an accepted signer names only the model's root digest, but the policy's rule requires the content pin, which also covers the names of the files.",
        "Have the claim made with New-ModelClaim, which adds the pin.");

    /// <summary>The model has or names what the rule forbids.</summary>
    public static readonly ErrorDefinition ContentForbidden = new("TrustPolicyContentForbidden", ErrorKind.SecurityError,
        "The model has a file that runs when it is loaded, or names something elsewhere that is not pinned, and the policy's rule forbids it.",
        "Do not load the model. Ask its publisher for weights in safetensors and for references that name a commit.");

    /// <summary>A file of the model cannot be inspected to its end.</summary>
    public static readonly ErrorDefinition ContentUninspectable = new("TrustPolicyContentUninspectable", ErrorKind.SecurityError,
        "The policy's rule restricts the content of models, but a file of this model cannot be fully inspected or was not signed.",
        "Ask the publisher for the file in a format that can be inspected. If you decide to trust the file, move the model to a rule without forbid and allowFormats.");

    /// <summary>A file of the model is of none of the allowed formats.</summary>
    public static readonly ErrorDefinition FormatNotAllowed = new("TrustPolicyFormatNotAllowed", ErrorKind.SecurityError,
        "A file of the model does not have any of the formats that the policy's rule allows.",
        "Remove the file and have the model signed without it, or add its format to allowFormats.");

    /// <summary>What the model names cannot be read.</summary>
    public static readonly ErrorDefinition LineageUnreadable = new("TrustPolicyLineageUnreadable", ErrorKind.SecurityError,
        "The policy's rule requires signed base models, but this model's list of them cannot be read completely.",
        "Ask the publisher for a model whose card and configuration can be read, and verify the model as a whole.");

    /// <summary>A base model is in no store, or is not the same in several.</summary>
    public static readonly ErrorDefinition LineageMissing = new("TrustPolicyLineageMissing", ErrorKind.SecurityError,
        "The policy's rule requires signed base models, but one of this model's is in none of the rule's stores, or is not the same model in several of them or in several layouts of one.",
        "Put the base model and its signature into one of the rule's stores, under the name that the model uses for it. Remove other models with this name.");

    /// <summary>A base model is made from the model itself.</summary>
    public static readonly ErrorDefinition LineageLoop = new("TrustPolicyLineageLoop", ErrorKind.SecurityError,
        "The base models refer to each other in a cycle.",
        "Ask the publishers which model was made from the other.");

    /// <summary>A base model does not verify.</summary>
    public static readonly ErrorDefinition LineageUnsigned = new("TrustPolicyLineageUnsigned", ErrorKind.SecurityError,
        "The policy's rule requires signed base models, but one of this model's does not verify against the policy.",
        "Restore the base model as its publisher signed it, or add a rule for its signer after you have decided to trust it. If it is stored as OWNER--NAME or in a cache, the rule must also match OWNER/NAME.");
}
