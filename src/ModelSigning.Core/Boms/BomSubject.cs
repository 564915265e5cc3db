using System.Text.Json.Nodes;
using ModelSigning.Core.Cards;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Boms;

/// <summary>The model that a bill of materials is about, and what is known of it.</summary>
internal sealed record BomSubject
{
    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its package URL.</summary>
    public required PackageUrl PackageUrl { get; init; }

    /// <summary>Who supplies it; null when that is not said.</summary>
    public string? Supplier { get; init; }

    /// <summary>The time of the bill of materials.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What the model's files say about it.</summary>
    public required Card Card { get; init; }

    /// <summary>Its files and their digests.</summary>
    public required Manifest Manifest { get; init; }

    /// <summary>The root digest, as <c>sha256:hex</c>.</summary>
    public required string? RootDigest { get; init; }

    /// <summary>The verified signature; null where nothing was verified.</summary>
    public BomSignature? Signature { get; init; }

    /// <summary>What lies in the model and was not verified.</summary>
    public IReadOnlyList<string> UncheckedPaths { get; init; } = [];

    /// <summary>The version of this module.</summary>
    public required string ToolVersion { get; init; }

    /// <summary>The model's files, each once, in the manifest's order.</summary>
    public IEnumerable<BomFile> Files()
    {
        if (Manifest.Serialization.ShardSize is null)
        {
            return Manifest.Resources.Select(resource => new BomFile(resource.Name, resource.Digest, []));
        }

        // A shard's name ends in :START:END, and the digest of the whole file is not known.
        return Manifest.Resources.Select(shard => (Shard: shard, Cut: shard.Name.LastIndexOf(':', shard.Name.LastIndexOf(':') - 1)))
            .GroupBy(one => one.Shard.Name[..one.Cut], StringComparer.Ordinal)
            .Select(file => new BomFile(file.Key, null, [.. file.Select(one => (one.Shard.Name[(one.Cut + 1)..].Replace(':', '-'), one.Shard.Digest))]));
    }

    /// <summary>What is said of the model beside the members of a format: pairs of a name and a text.</summary>
    public IEnumerable<(string Name, string Value)> Properties()
    {
        (string Name, string? Value)[] all =
        [
            ("verified", Signature is null ? "false" : "true"), ("unchecked", UncheckedPaths.Count == 0 ? null : new JsonArray([.. UncheckedPaths.Select(path => (JsonNode?)path)]).ToJsonString()), ("rootDigest", RootDigest), ("pin", Signature?.Pin), ("signer", Signature?.Signer), ("method", Signature?.Method),
            ("signedTime", Signature?.SignedTime is { } time ? Input.Rfc3339.Write(time) : null), ("hashAlgorithm", Hashing.DigestAlgorithms.Identifier(Manifest.Serialization.HashType)),
            ("license", string.Join(", ", Card.Values(CardProperty.License))), ("licenseName", Card.Value(CardProperty.LicenseName)), ("licenseLink", Card.Value(CardProperty.LicenseLink)),
            ("baseModelRelation", Card.Value(CardProperty.BaseModelRelation)), ("languages", string.Join(", ", Card.Values(CardProperty.Languages))), ("library", Card.Value(CardProperty.Library)),
            ("parameters", Card.Value(CardProperty.Parameters)), ("tensorBytes", Card.Value(CardProperty.TensorBytes)),
            ("tensorTypes", string.Join(", ", Card.MainTypes.Select(type => Invariant($"{type.Type}:{type.Bytes}")))),
            ("contextLength", Card.Value(CardProperty.ContextLength)), ("quantization", Card.Value(CardProperty.Quantization)), ("adapterType", Card.Value(CardProperty.AdapterType)),
            .. Card.Conflicts.Select(conflict => ($"conflict:{conflict.Property}",
                (string?)string.Join("; ", conflict.Statements.Select(said => $"{said.File}: {string.Join(", ", said.Values)}")))),
        ];
        return all.Where(one => !string.IsNullOrEmpty(one.Value)).Select(one => ("modelsigning:" + one.Name, one.Value!));
    }
}

/// <summary>A file of a model.</summary>
/// <param name="Name">Its name, relative to the model.</param>
/// <param name="Digest">Its digest; null where only those of its shards are known.</param>
/// <param name="Shards">The digests of its shards, each with its first byte and the one after its last.</param>
internal sealed record BomFile(string Name, ReadOnlyMemory<byte>? Digest, IReadOnlyList<(string Range, ReadOnlyMemory<byte> Digest)> Shards);

/// <summary>A signature that was verified.</summary>
/// <param name="FileName">The name of its file.</param>
/// <param name="Sha256">The digest of its file, in hexadecimal.</param>
/// <param name="Method">How it was made.</param>
/// <param name="Signer">Who made it.</param>
/// <param name="Pin">The model's pin.</param>
/// <param name="SignedTime">When, by a clock that was verified; null when that is not known.</param>
internal sealed record BomSignature(string FileName, string Sha256, string Method, string Signer, string Pin, DateTimeOffset? SignedTime);
