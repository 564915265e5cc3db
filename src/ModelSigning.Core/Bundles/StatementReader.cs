using System.Security.Cryptography;
using System.Text.Json;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Bundles;

/// <summary>Reads the payload of a model's signature: an OMS v1.0 statement, or one of release 0.2.0.</summary>
internal static class StatementReader
{
    private const string Source = "payload";

    private static readonly InputRules Rules = new("signed statement", BundleReader.MaximumLength, StatementErrors.StatementMalformed)
    {
        DuplicateMember = StatementErrors.StatementDuplicateMember,
        TooDeep = StatementErrors.StatementTooDeep,
    };

    /// <inheritdoc cref="Statement.Read"/>
    public static Statement Read(ReadOnlyMemory<byte> payload)
    {
        using JsonDocument document = StrictJson.Parse(payload, Source, Rules);
        JsonElement root = document.RootElement;
        string type = root.Text("_type", "statement");
        if (type != Statement.Type)
        {
            throw StatementErrors.StatementTypeUnknown.At($"The signed statement's _type is '{type}' and must be '{Statement.Type}'.");
        }

        string predicateType = root.Text("predicateType", "statement");
        return predicateType switch
        {
            Statement.SignaturePredicateType => new(ReadSignature(root), predicateType),
            Statement.DigestsPredicateType => new(ReadDigests(root), predicateType),
            _ => throw StatementErrors.PredicateTypeUnknown.At(
                $"The signed statement's predicateType is '{predicateType}' and must be '{Statement.SignaturePredicateType}'."),
        };
    }

    private static Manifest ReadSignature(JsonElement root)
    {
        JsonElement subjects = root.Member("subject", JsonValueKind.Array, "statement");
        if (subjects.GetArrayLength() != 1)
        {
            throw StatementErrors.StatementMalformed.At($"The signed statement has {subjects.GetArrayLength()} subjects and must have one.");
        }

        JsonElement subject = subjects[0];
        string name = subject.Text("name", "subject");
        if (name.Length == 0)
        {
            throw StatementErrors.StatementMalformed.At("The signed statement's subject has an empty name.");
        }

        byte[] rootDigest = new byte[SHA256.HashSizeInBytes];
        ReadDigest(subject.Member("digest", JsonValueKind.Object, "subject").Text("sha256", "subject.digest"), rootDigest, "subject");

        JsonElement predicate = root.Member("predicate", JsonValueKind.Object, "statement");
        Serialization serialization = SerializationReader.Read(predicate.Member("serialization", JsonValueKind.Object, "predicate"));
        Resource[] resources = ReadResources(predicate.Member("resources", JsonValueKind.Array, "predicate"), serialization);
        CheckNames(resources, serialization.ShardSize is not null);

        // In the order of the list, whatever it is (OMS v1.0, 6.4): the Python tool sorts by path components.
        byte[] computed = RootDigest.Compute(resources);
        if (!computed.AsSpan().SequenceEqual(rootDigest))
        {
            throw StatementErrors.RootDigestMismatch.At(
                $"The signed statement's root digest is {Hexadecimal.Write(rootDigest)}, and its resources give {Hexadecimal.Write(computed)}.");
        }

        return ToManifest(name, serialization, resources);
    }

    private static Resource[] ReadResources(JsonElement list, Serialization serialization)
    {
        int digestLength = serialization.HashType.DigestLength();
        Resource[] resources = new Resource[list.GetArrayLength()];
        byte[] digests = new byte[resources.Length * digestLength];
        string label = serialization.HashType.Identifier();
        int index = 0;
        foreach (JsonElement element in list.EnumerateArray())
        {
            string name = element.Text("name", "resource");
            JsonElement algorithm = element.Member("algorithm", JsonValueKind.String, "resource");
            if (!algorithm.ValueEquals(label) && !SerializationReader.IsSizedLabel(algorithm.GetString()!, serialization))
            {
                throw StatementErrors.ResourceDigestInvalid.At(
                    $"The algorithm of '{name}' is '{algorithm.GetString()}', and the statement's hash_type is '{label}'.", name);
            }

            Memory<byte> digest = digests.AsMemory(index * digestLength, digestLength);
            ReadDigest(element.Text("digest", "resource"), digest.Span, name);
            resources[index++] = new(name, digest);
        }

        return resources;
    }

    private static Manifest ReadDigests(JsonElement root)
    {
        JsonElement subjects = root.Member("subject", JsonValueKind.Array, "statement");
        List<Resource> resources = [];
        foreach (JsonElement subject in subjects.EnumerateArray())
        {
            string name = subject.Text("name", "subject");
            string algorithm = subject.Member("annotations", JsonValueKind.Object, "subject").Text("actual_hash_algorithm", "subject.annotations");
            if (algorithm != "file-sha256")
            {
                throw StatementErrors.SerializationUnknown.At(
                    $"The statement of release 0.2.0 was made with '{algorithm}' for '{name}'; only 'file-sha256' is known.", name);
            }

            byte[] digest = new byte[SHA256.HashSizeInBytes];
            ReadDigest(subject.Member("digest", JsonValueKind.Object, "subject").Text("sha256", "subject.digest"), digest, name);
            resources.Add(new(name, digest));
        }

        Resource[] all = [.. resources];
        CheckNames(all, shards: false);
        return ToManifest("model", new Serialization(), all);
    }

    private static void ReadDigest(string text, Span<byte> digest, string name)
    {
        if (!Hexadecimal.TryRead(text, digest))
        {
            throw StatementErrors.ResourceDigestInvalid.At($"The digest of '{name}' is not lower-case hexadecimal of {digest.Length} bytes.", name);
        }
    }

    private static void CheckNames(Resource[] resources, bool shards)
    {
        if (resources.Length == 0)
        {
            throw StatementErrors.ResourcesEmpty.At("The signed statement lists no resource, so it says nothing about any model.");
        }

        // Old releases call the only file of a model '.'.
        bool single = shards ? resources.All(resource => resource.Name.StartsWith(ResourceName.SingleFile + ":", StringComparison.Ordinal)) : resources.Length == 1;
        foreach (Resource resource in resources)
        {
            string file = resource.Name;
            if (shards && !ResourceName.TryParseShard(resource.Name, out file, out _, out _))
            {
                throw StatementErrors.ResourceNameInvalid.At($"The signed resource '{resource.Name}' is not named as a shard, 'file:start:end'.", resource.Name);
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
