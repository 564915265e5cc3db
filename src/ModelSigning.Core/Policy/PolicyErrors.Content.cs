using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Policy;

// What a rule says of the content of models.
internal static partial class PolicyErrors
{
    /// <summary>The model has or names what the rule forbids.</summary>
    public static readonly ErrorDefinition ContentForbidden = new("TrustPolicyContentForbidden", ErrorKind.SecurityError,
        "The model has a file that runs when it is loaded, or names something elsewhere that is not pinned, and the policy's rule forbids it.",
        "Do not load the model. Ask its publisher for weights in safetensors and for references that name a commit.");

    /// <summary>A file of the model cannot be inspected to its end.</summary>
    public static readonly ErrorDefinition ContentUninspectable = new("TrustPolicyContentUninspectable", ErrorKind.SecurityError,
        "The policy's rule says what may be in a model, and a file of this one cannot be inspected to its end, or was left out of what was signed.",
        "Ask the publisher for the file in a format that can be inspected, or move the model to a rule without forbid and allowFormats after you have decided to trust the file.");

    /// <summary>A file of the model is of none of the allowed formats.</summary>
    public static readonly ErrorDefinition FormatNotAllowed = new("TrustPolicyFormatNotAllowed", ErrorKind.SecurityError,
        "A file of the model does not parse as any of the formats that the policy's rule allows.",
        "Remove the file and have the model signed without it, or add its format to allowFormats.");
}
