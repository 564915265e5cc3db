using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Policy;

/// <summary>The refusals of trust policies.</summary>
public static class PolicyErrors
{
    /// <summary>The policy file is not there.</summary>
    public static readonly ErrorDefinition PolicyNotFound = new("TrustPolicyNotFound", ErrorKind.ObjectNotFound,
        "There is no trust policy at the given path.",
        "Check the path; New-ModelTrustPolicy writes a first policy.");

    /// <summary>The policy file cannot be read.</summary>
    public static readonly ErrorDefinition PolicyUnreadable = new("TrustPolicyUnreadable", ErrorKind.ReadError,
        "The operating system does not let this user read the trust policy, or reported an error while it was read.",
        "Give the user read access, or look at the disk or share that holds the file.");

    /// <summary>The policy is no JSON, or says something that a policy cannot say.</summary>
    public static readonly ErrorDefinition PolicyInvalid = new("TrustPolicyInvalid", ErrorKind.InvalidData,
        "The trust policy breaks its format: a member is missing, misspelt, of another type or out of its range, or a pattern can never match.",
        "Correct it as the message says; trust-policy.schema.json, which comes with the package and lies in docs of the sources, describes the format, and editors check it while you type.");

    /// <summary>A policy that exists was not to be replaced.</summary>
    public static readonly ErrorDefinition PolicyExists = new("TrustPolicyExists", ErrorKind.ResourceExists,
        "A file of the new policy's name exists and was not to be overwritten.",
        "Name another path, or use -Force to replace it.");

    /// <summary>The policy would replace a file that is not one.</summary>
    public static readonly ErrorDefinition PolicyReplacesFile = new("TrustPolicyReplacesFile", ErrorKind.InvalidArgument,
        "The path of the new policy names an existing file that is not a trust policy. -Force replaces policies only.",
        "Specify another path, or delete the file if it is not needed.");

    /// <summary>No rule speaks of the model.</summary>
    public static readonly ErrorDefinition NoRule = new("TrustPolicyNoRule", ErrorKind.SecurityError,
        "No rule of the trust policy speaks of this model, and what no rule accepts is refused.",
        "Add a rule for the model if its signer is to be trusted; Test-ModelTrustPolicy shows the rules.");

    /// <summary>The rule's signers did not sign.</summary>
    public static readonly ErrorDefinition SignerNotAccepted = new("TrustPolicySignerNotAccepted", ErrorKind.SecurityError,
        "None of the signers that the policy's rule accepts has signed the model.",
        "Do not use the model, unless you find out who signed it and decide to trust them; then add them to the rule.");

    /// <summary>The rule wants a verified time of signing.</summary>
    public static readonly ErrorDefinition TimestampRequired = new("TrustPolicyTimestampRequired", ErrorKind.SecurityError,
        "The policy's rule demands a time of signing that somebody vouches for, and the signature has none.",
        "Have the model signed with a timestamp, or take the demand out of the rule.");

    /// <summary>The signature is older than the rule allows.</summary>
    public static readonly ErrorDefinition SignatureTooOld = new("TrustPolicySignatureTooOld", ErrorKind.SecurityError,
        "The signature is older than the policy's rule allows.",
        "Have the model signed again.");

    /// <summary>The signature's time lies in the future.</summary>
    public static readonly ErrorDefinition SignatureInFuture = new("TrustPolicySignatureInFuture", ErrorKind.SecurityError,
        "The time of signing is more than five minutes ahead of this machine's clock, so the signature's age is not known.",
        "Check this machine's clock and its time zone.");

    /// <summary>The policy revokes the key, a certificate or the model.</summary>
    public static readonly ErrorDefinition Revoked = new("TrustPolicyRevoked", ErrorKind.SecurityError,
        "The policy revokes the key or a certificate of this signature, or the model itself. No rule overrides that.",
        "Do not use the model. Ask the signer for one that is signed with another key.");

    /// <summary>Whether a pin is revoked cannot be found out.</summary>
    public static readonly ErrorDefinition RevocationUnclear = new("TrustPolicyRevocationUnclear", ErrorKind.LimitsExceeded,
        "The policy revokes pins, and the signature ignores so many paths that comparing it with them would take too long.",
        "Ask the signer for a signature that ignores fewer paths, or revoke the signer's key instead of pins.");

    /// <summary>The files' digest algorithm is not one of the rule's.</summary>
    public static readonly ErrorDefinition AlgorithmNotAccepted = new("TrustPolicyAlgorithmNotAccepted", ErrorKind.SecurityError,
        "The model's digests are of an algorithm that the policy's rule does not accept.",
        "Have the model signed with an algorithm of the rule, or add this one to it.");

    /// <summary>The signing key's algorithm is not one of the rule's.</summary>
    public static readonly ErrorDefinition KeyAlgorithmNotAccepted = new("TrustPolicyKeyAlgorithmNotAccepted", ErrorKind.SecurityError,
        "An accepted signer signed the model, with a key of an algorithm that the policy's rule does not accept.",
        "Have the model signed with a key of the rule's keyAlgorithms, or add this one to them.");

    /// <summary>The model is another one than the rule pins.</summary>
    public static readonly ErrorDefinition ModelNotPinned = new("TrustPolicyModelNotPinned", ErrorKind.SecurityError,
        "The policy's rule accepts certain models only, by their pins, and this is another one.",
        "Use a model that the rule pins, or add this one's pin after you have looked at it.");
}
