using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Attestations;

/// <summary>The refusals of a signed statement; its signature has been verified when they arise.</summary>
public static class StatementErrors
{
    private const string Source = "payload";

    /// <summary>The payload is no in-toto statement.</summary>
    public static readonly ErrorDefinition PayloadTypeUnknown = new("PayloadTypeUnknown", ErrorKind.InvalidData,
        "The signature's payload is not of the type application/vnd.in-toto+json.",
        "Check that the file is the signature of a model; other Sigstore bundles are verified with Test-SigstoreBundle.");

    /// <summary>The bundle signs a file's digest and carries no statement.</summary>
    public static readonly ErrorDefinition EnvelopeMissing = new("EnvelopeMissing", ErrorKind.InvalidData,
        "The bundle signs a file's digest instead of a statement about a model.",
        "Check that the file is the signature of a model; other Sigstore bundles are verified with Test-SigstoreBundle.");

    /// <summary>The payload breaks the statement's format.</summary>
    public static readonly ErrorDefinition StatementMalformed = new("StatementMalformed", ErrorKind.InvalidData,
        "The signed statement is not what OMS wants: not one JSON object in UTF-8, a member absent, or of another type or form.",
        "Ask who signed the model to sign it again with a current tool.");

    /// <summary>A member twice.</summary>
    public static readonly ErrorDefinition StatementDuplicateMember = new("StatementDuplicateMember", ErrorKind.InvalidData,
        "An object of the signed statement has two members of one name, so that two readers could understand it differently.",
        "Ask who signed the model to sign it again with a current tool.");

    /// <summary>Nesting beyond the bound.</summary>
    public static readonly ErrorDefinition StatementTooDeep = new("StatementTooDeep", ErrorKind.LimitsExceeded,
        "The signed statement nests objects or arrays more than 64 levels deep, which no statement does.",
        "Do not use the model; ask who signed it what this is.");

    /// <summary>The statement is no in-toto statement of version 1.</summary>
    public static readonly ErrorDefinition StatementTypeUnknown = new("StatementTypeUnknown", ErrorKind.InvalidData,
        "The signed statement is not of the type https://in-toto.io/Statement/v1.",
        "A newer format needs a newer version of this module; else ask who signed the model to sign it again.");

    /// <summary>The statement is about something else.</summary>
    public static readonly ErrorDefinition PredicateTypeUnknown = new("PredicateTypeUnknown", ErrorKind.InvalidData,
        "The signed statement is not about a model: its predicateType is not https://model_signing/signature/v1.0 or a later v1.",
        "Check that the file is the signature of a model; a newer format needs a newer version of this module.");

    /// <summary>Unknown method, algorithm or shard size.</summary>
    public static readonly ErrorDefinition SerializationUnknown = new("SerializationUnknown", ErrorKind.InvalidData,
        "The statement's serialization has a method, a hash_type, a shard_size or a member that is not known.",
        "A newer format needs a newer version of this module; else ask who signed the model to sign it again.");

    /// <summary>No resources.</summary>
    public static readonly ErrorDefinition ResourcesEmpty = new("ResourcesEmpty", ErrorKind.InvalidData,
        "The signed statement lists no resource, so it says nothing about any model.",
        "Ask who signed the model to sign it again.");

    /// <summary>A name that leaves the model or is not canonical.</summary>
    public static readonly ErrorDefinition ResourceNameInvalid = new("ResourceNameInvalid", ErrorKind.SecurityError,
        "The signed statement names a resource that is not a plain relative path inside the model, or that this system cannot name.",
        "Do not use the model; ask who signed it what this is.");

    /// <summary>A name twice.</summary>
    public static readonly ErrorDefinition ResourceDuplicate = new("ResourceDuplicate", ErrorKind.SecurityError,
        "The signed statement lists one resource twice, so that two readers could take another digest for it.",
        "Do not use the model; ask who signed it what this is.");

    /// <summary>An algorithm label or digest that does not fit.</summary>
    public static readonly ErrorDefinition ResourceDigestInvalid = new("ResourceDigestInvalid", ErrorKind.InvalidData,
        "A resource's algorithm is not the statement's hash_type, or its digest is not lower-case hexadecimal of the algorithm's length.",
        "Ask who signed the model to sign it again with a current tool.");

    /// <summary>The root digest is another.</summary>
    public static readonly ErrorDefinition RootDigestMismatch = new("RootDigestMismatch", ErrorKind.SecurityError,
        "The statement's root digest is not the one of the resources that it lists.",
        "Do not use the model; ask who signed it what this is.");

    private static readonly InputRules Rules = new("signed statement", BundleReader.MaximumLength, StatementMalformed)
    {
        DuplicateMember = StatementDuplicateMember,
        TooDeep = StatementTooDeep,
    };

    /// <summary>Reads the statement of an envelope, of any predicate, with these errors.</summary>
    internal static InTotoStatement ReadPayload(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        InTotoStatement.Read(payload, Source, Rules, cancellationToken);
}
