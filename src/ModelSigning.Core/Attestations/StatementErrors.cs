using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Attestations;

/// <summary>The refusals of a signed statement; its signature has been verified when they arise.</summary>
internal static class StatementErrors
{
    private const string Source = "payload";

    /// <summary>The payload is not an in-toto statement.</summary>
    public static readonly ErrorDefinition PayloadTypeUnknown = new("PayloadTypeUnknown", ErrorKind.InvalidData,
        "The signature's payload is not of the type application/vnd.in-toto+json.",
        "Check that the file is the signature of a model. Use Test-SigstoreBundle for other Sigstore bundles.");

    /// <summary>The bundle signs a file's digest and has no statement.</summary>
    public static readonly ErrorDefinition EnvelopeMissing = new("EnvelopeMissing", ErrorKind.InvalidData,
        "The bundle signs the digest of a file, not a statement about a model.",
        "Check that the file is the signature of a model. Use Test-SigstoreBundle for other Sigstore bundles.");

    /// <summary>The payload breaks the statement's format.</summary>
    public static readonly ErrorDefinition StatementMalformed = new("StatementMalformed", ErrorKind.InvalidData,
        "The signed statement is not valid: it is not one JSON object in UTF-8, or a member is missing or not valid.",
        "Ask the signer to sign the model again with a current tool.");

    /// <summary>A member twice.</summary>
    public static readonly ErrorDefinition StatementDuplicateMember = new("StatementDuplicateMember", ErrorKind.InvalidData,
        "An object in the signed statement has two members with the same name, so two readers could interpret it differently.",
        "Ask the signer to sign the model again with a current tool.");

    /// <summary>Nesting beyond the bound.</summary>
    public static readonly ErrorDefinition StatementTooDeep = new("StatementTooDeep", ErrorKind.LimitsExceeded,
        "The signed statement nests objects or arrays more than 64 levels deep.",
        "Do not use the model. Ask the signer.");

    /// <summary>The statement is not an in-toto statement of version 1.</summary>
    public static readonly ErrorDefinition StatementTypeUnknown = new("StatementTypeUnknown", ErrorKind.InvalidData,
        "The type of the signed statement is not https://in-toto.io/Statement/v1.",
        "Update this module if the format is newer. Otherwise ask the signer to sign the model again.");

    /// <summary>The statement is about something else.</summary>
    public static readonly ErrorDefinition PredicateTypeUnknown = new("PredicateTypeUnknown", ErrorKind.InvalidData,
        "The signed statement is not about a model: its predicateType is not https://model_signing/signature/v1.0 or a later v1.",
        "Check that the file is the signature of a model. If its format is newer, update this module.");

    /// <summary>Unknown method, algorithm or shard size.</summary>
    public static readonly ErrorDefinition SerializationUnknown = new("SerializationUnknown", ErrorKind.InvalidData,
        "The statement's serialization has an unknown method, hash_type, shard_size or member.",
        "Update this module if the format is newer. Otherwise ask the signer to sign the model again.");

    /// <summary>No resources.</summary>
    public static readonly ErrorDefinition ResourcesEmpty = new("ResourcesEmpty", ErrorKind.InvalidData,
        "The signed statement does not list any resources.",
        "Ask the signer to sign the model again.");

    /// <summary>A name that leaves the model or is not canonical.</summary>
    public static readonly ErrorDefinition ResourceNameInvalid = new("ResourceNameInvalid", ErrorKind.SecurityError,
        "The name of a resource is not a plain relative path inside the model, or is not possible on this system.",
        "Do not use the model. Ask the signer.");

    /// <summary>A name twice.</summary>
    public static readonly ErrorDefinition ResourceDuplicate = new("ResourceDuplicate", ErrorKind.SecurityError,
        "The signed statement lists a resource twice, so two readers could use different digests for it.",
        "Do not use the model. Ask the signer.");

    /// <summary>An algorithm label or digest that does not fit.</summary>
    public static readonly ErrorDefinition ResourceDigestInvalid = new("ResourceDigestInvalid", ErrorKind.InvalidData,
        "A resource's algorithm is not the statement's hash_type, or its digest is not lowercase hexadecimal of the right length.",
        "Ask the signer to sign the model again with a current tool.");

    /// <summary>The root digest is another.</summary>
    public static readonly ErrorDefinition RootDigestMismatch = new("RootDigestMismatch", ErrorKind.SecurityError,
        "The statement's root digest does not match its resources.",
        "Do not use the model. Ask the signer.");

    private static readonly InputRules Rules = new("signed statement", BundleReader.MaximumLength, StatementMalformed)
    {
        DuplicateMember = StatementDuplicateMember,
        TooDeep = StatementTooDeep,
    };

    /// <summary>Reads the statement of an envelope, of any predicate, with these errors.</summary>
    internal static InTotoStatement ReadPayload(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        InTotoStatement.Read(payload, Source, Rules, cancellationToken);
}
