using System.Security.Cryptography;
using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Attestations;

/// <summary>
/// The statement of a model's signature (OMS v1.0, section 5): a manifest and its root digest. What is read is what someone claims; only a
/// <see cref="Verifying.VerifiedManifest"/> says who.
/// </summary>
/// <param name="Manifest">The model's name, its resources and how they were made.</param>
/// <param name="PredicateType"><see cref="PredicateTypeV10"/> or a later minor version, or <see cref="DigestsPredicateType"/>.</param>
public sealed record ModelStatement(Manifest Manifest, string PredicateType)
{
    /// <summary>The predicate of OMS v1.0, the only one that is written.</summary>
    public const string PredicateTypeV10 = MajorVersion + "0";

    /// <summary>The predicate of release 0.2.0: a subject for each file and no root digest. Read, never written.</summary>
    public const string DigestsPredicateType = "https://model_signing/Digests/v0.1";

    private const string MajorVersion = "https://model_signing/signature/v1.";

    /// <summary>Whether the statement has the form of release 0.2.0.</summary>
    public bool IsDigests => PredicateType == DigestsPredicateType;

    /// <summary>
    /// The root digest that the statement's subject has, 32 bytes of SHA-256 over the resources in the order of the statement's list, which other tools sort
    /// otherwise than <see cref="Manifest"/>; null in the form of release 0.2.0, which has none.
    /// </summary>
    public ReadOnlyMemory<byte>? RootDigest { get; init; }

    /// <summary>Sentences that a person should see: what the statement has and this version ignores.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>
    /// Whether a predicate is one of OMS v1.N. Later minor versions add members only (the specification's VERSIONING.md), and what a reader of v1.0 would
    /// misunderstand, an unknown member or value of the serialization, is refused.
    /// </summary>
    /// <param name="predicateType">The type: N is decimal, without a zero in front.</param>
    public static bool IsSignature(string predicateType)
    {
        ArgumentNullException.ThrowIfNull(predicateType);
        return predicateType.StartsWith(MajorVersion, StringComparison.Ordinal)
            && predicateType.AsSpan(MajorVersion.Length) is var minor && (minor is "0" || minor is [>= '1' and <= '9', ..])
            && minor.IndexOfAnyExceptInRange('0', '9') < 0;
    }

    /// <summary>Reads a payload.</summary>
    /// <param name="payload">The payload's bytes: UTF-8 JSON.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException">One of <see cref="StatementErrors"/>.</exception>
    public static ModelStatement Read(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default) =>
        Of(StatementErrors.ReadPayload(payload, cancellationToken), cancellationToken);

    /// <summary>Reads the predicate of a statement.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException">One of <see cref="StatementErrors"/>.</exception>
    public static ModelStatement Of(InTotoStatement statement, CancellationToken cancellationToken = default) =>
        ModelStatementReader.Read(statement, cancellationToken);
}

/// <summary>Reads the statement of a model's signature: of OMS v1.N, or of release 0.2.0.</summary>
internal static class ModelStatementReader
{
    /// <inheritdoc cref="ModelStatement.Of"/>
    public static ModelStatement Read(InTotoStatement statement, CancellationToken cancellationToken)
    {
        if (statement.Type != InTotoStatement.TypeV1)
        {
            throw StatementErrors.StatementTypeUnknown.At($"The signed statement's _type is '{statement.Type}', but must be '{InTotoStatement.TypeV1}'.");
        }

        return statement.PredicateType switch
        {
            ModelStatement.DigestsPredicateType => new(ReadDigests(statement, cancellationToken), statement.PredicateType),
            _ when ModelStatement.IsSignature(statement.PredicateType) => ReadSignature(statement, cancellationToken),
            _ => throw StatementErrors.PredicateTypeUnknown.At(
                $"The signed statement's predicateType is '{statement.PredicateType}', but must be '{ModelStatement.PredicateTypeV10}'."),
        };
    }

    private static ModelStatement ReadSignature(InTotoStatement statement, CancellationToken cancellationToken)
    {
        (string name, byte[] rootDigest) = ReadSubject(statement);
        JsonSlice predicate = statement.Predicate.Of(JsonValueKind.Object, "predicate", "statement");
        UnknownMembers unknown = new();
        foreach (JsonSliceMember member in predicate.Members)
        {
            if (!member.NameEquals("resources") && !member.NameEquals("serialization"))
            {
                unknown.Add("predicate", member);
            }
        }

        Serialization serialization = SerializationReader.Read(predicate.Member("serialization", JsonValueKind.Object, "predicate"));
        Resource[] resources = ReadResources(predicate.Member("resources", JsonValueKind.Array, "predicate"), serialization, unknown, cancellationToken);
        CheckNames(resources, serialization.ShardSize is not null);

        // In the order of the list, whatever it is (OMS v1.0, 6.4): the Python tool sorts by path components.
        byte[] computed = RootDigest.Compute(resources);
        if (!computed.AsSpan().SequenceEqual(rootDigest))
        {
            throw StatementErrors.RootDigestMismatch.At(
                $"The signed statement's root digest is {Hexadecimal.Write(rootDigest)}, but its resources have {Hexadecimal.Write(computed)}.");
        }

        return new(ToManifest(name, serialization, resources), statement.PredicateType) { RootDigest = rootDigest, Warnings = unknown.Warnings };
    }

    private static (string Name, byte[] RootDigest) ReadSubject(InTotoStatement statement)
    {
        if (statement.SubjectCount != 1)
        {
            throw StatementErrors.StatementMalformed.At($"The signed statement has {statement.SubjectCount} subjects, but must have exactly one.");
        }

        byte[] rootDigest = new byte[SHA256.HashSizeInBytes];
        foreach (StatementSubject subject in statement.Subjects)
        {
            if (subject.Name is { Length: > 0 } name)
            {
                ReadDigest(subject.Digests.Member("sha256", JsonValueKind.String, "subject.digest"), rootDigest, "subject");
                return (name, rootDigest);
            }
        }

        throw StatementErrors.StatementMalformed.At("The signed statement's subject has no name.");
    }

    private static Resource[] ReadResources(JsonSlice list, Serialization serialization, UnknownMembers unknown, CancellationToken cancellationToken)
    {
        int digestLength = serialization.HashType.DigestLength();
        (Resource[] resources, byte[] digests) = Allocate(list, digestLength);
        int index = 0;
        foreach (JsonSlice element in list.Elements)
        {
            if (index % 1024 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            (string name, JsonSlice digestText) = ReadResource(element, serialization, unknown);
            Memory<byte> digest = digests.AsMemory(index * digestLength, digestLength);
            ReadDigest(digestText, digest.Span, name);
            resources[index++] = new(name, digest);
        }

        return resources;
    }

    // As many as there are elements, and never more than resources fit into the text: a list of zeros costs nothing before it is refused.
    private static (Resource[] Resources, byte[] Digests) Allocate(JsonSlice list, int digestLength)
    {
        int shortest = "{\"name\":\"\",\"digest\":\"\",\"algorithm\":\"\"}".Length + (2 * digestLength);
        int count = 0;
        foreach (JsonSlice _ in list.Elements)
        {
            count++;
        }

        count = Math.Min(count, (list.Utf8.Length / shortest) + 1);
        return (new Resource[count], new byte[count * digestLength]);
    }

    private static (string Name, JsonSlice Digest) ReadResource(JsonSlice element, Serialization serialization, UnknownMembers unknown)
    {
        JsonSlice name = default, algorithm = default, digest = default;
        foreach (JsonSliceMember member in element.Members)
        {
            if (member.NameEquals("name"))
            {
                name = member.Value;
            }
            else if (member.NameEquals("digest"))
            {
                digest = member.Value;
            }
            else if (member.NameEquals("algorithm"))
            {
                algorithm = member.Value;
            }
            else
            {
                unknown.Add("resources", member);
            }
        }

        string text = name.Of(JsonValueKind.String, "name", "resource").Text();
        string label = serialization.HashType.Identifier();
        if (!algorithm.Of(JsonValueKind.String, "algorithm", "resource").TextEquals(label) && !SerializationReader.IsSizedLabel(algorithm.Text(), serialization))
        {
            throw StatementErrors.ResourceDigestInvalid.At($"The algorithm of '{text}' is '{algorithm.Text()}', but the statement's hash_type is '{label}'.", text);
        }

        return (text, digest.Of(JsonValueKind.String, "digest", "resource"));
    }

    private static Manifest ReadDigests(InTotoStatement statement, CancellationToken cancellationToken)
    {
        List<Resource> resources = [];
        foreach (StatementSubject subject in statement.Subjects)
        {
            if (resources.Count % 1024 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            string name = subject.Name;
            string algorithm = subject.Annotations.Of(JsonValueKind.Object, "annotations", "subject").Text("actual_hash_algorithm", "subject.annotations");
            if (algorithm != "file-sha256")
            {
                throw StatementErrors.SerializationUnknown.At(
                    $"The statement of model-signing 0.2.0 for Python uses '{algorithm}' for '{name}', but only 'file-sha256' is supported.", name);
            }

            byte[] digest = new byte[SHA256.HashSizeInBytes];
            ReadDigest(subject.Digests.Member("sha256", JsonValueKind.String, "subject.digest"), digest, name);
            resources.Add(new(name, digest));
        }

        Resource[] all = [.. resources];
        CheckNames(all, shards: false);
        return ToManifest("model", new Serialization(), all);
    }

    private static void ReadDigest(JsonSlice text, Span<byte> digest, string name)
    {
        // The digits are read from the text itself; only an escape among them needs a copy.
        if (!Hexadecimal.TryRead(text.Utf8.Span[1..^1], digest) && !Hexadecimal.TryRead(text.Text(), digest))
        {
            throw StatementErrors.ResourceDigestInvalid.At($"The digest of '{name}' is not {digest.Length} bytes in lowercase hexadecimal.", name);
        }
    }

    private static void CheckNames(Resource[] resources, bool shards)
    {
        if (resources.Length == 0)
        {
            throw StatementErrors.ResourcesEmpty.At("The signed statement does not list any resources.");
        }

        // Old releases call the only file of a model '.'.
        bool single = shards ? resources.All(resource => resource.Name.StartsWith(ResourceName.SingleFile + ":", StringComparison.Ordinal)) : resources.Length == 1;
        foreach (Resource resource in resources)
        {
            string file = resource.Name;
            if (shards && !ResourceName.TryParseShard(resource.Name, out file, out _, out _))
            {
                throw StatementErrors.ResourceNameInvalid.At($"The signed resource '{resource.Name}' does not have the name of a shard, 'file:start:end'.", resource.Name);
            }

            if (!(single && file == ResourceName.SingleFile) && !ResourceName.IsCanonical(file))
            {
                throw StatementErrors.ResourceNameInvalid.At(
                    $"The signed resource '{resource.Name}' is not a plain relative path inside the model.", resource.Name);
            }
        }
    }

    private static Manifest ToManifest(string name, Serialization serialization, Resource[] resources)
    {
        Manifest manifest = new(name, serialization, resources, out string? duplicate);
        return duplicate is null
            ? manifest
            : throw StatementErrors.ResourceDuplicate.At($"The signed statement lists '{duplicate}' twice.", duplicate);
    }
}
