using System.Text.Json;
using ModelSigning.Core.Claims;
using ModelSigning.Core.Input;
using static ModelSigning.Core.Input.JsonMembers;

namespace ModelSigning.Core.Lineage;

/// <summary>
/// What a claim that counts names: the resolved dependencies of SLSA provenance and the materials of in-toto links, the pedigree and the datasets of CycloneDX, the relations of
/// SPDX. What does not have the shape of its specification names nothing.
/// </summary>
internal static class ClaimAncestors
{
    private const string Slsa = "https://slsa.dev/provenance/", Link = "https://in-toto.io/attestation/link/", CycloneDx = "cyclonedx", Spdx = "spdx", Sha256 = "sha256:";
    private const int MostOfClaim = 10_000, DigestLength = 64, LongestShown = 100;

    /// <summary>Lists it.</summary>
    /// <param name="claim">The claim, of a signer who is trusted for it.</param>
    /// <param name="remarks">Gets a sentence for a document of several models that does not say which of them it is about.</param>
    public static IReadOnlyList<NamedAncestor> Of(VerifiedClaim claim, ICollection<string> remarks)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return Of(claim.PredicateType, claim.Predicate, Invariant($"claim of line {claim.Line} ({claim.PredicateType})"), remarks);
    }

    /// <summary>Lists what a predicate names.</summary>
    internal static IReadOnlyList<NamedAncestor> Of(string predicateType, JsonSlice predicate, string source, ICollection<string> remarks)
    {
        IEnumerable<NamedAncestor> named =
            predicateType.StartsWith(Slsa, StringComparison.Ordinal) || predicateType.StartsWith(Link, StringComparison.Ordinal) ? OfProvenance(predicate, source)
            : PredicateTypes.Matches(PredicateTypes.ToFind(CycloneDx), predicateType) ? OfCycloneDx(predicate, source, remarks)
            : PredicateTypes.Matches(PredicateTypes.ToFind(Spdx), predicateType) ? SpdxAncestors.Of(predicate, source, remarks)
            : [];
        return [.. named.Take(MostOfClaim)];
    }

    // A digest that cannot be one fits no model, instead of counting as if none were named.
    private static string? Digest(JsonSlice value) =>
        value.Kind == JsonValueKind.Undefined ? null : Digest(value.Kind == JsonValueKind.String ? value.Text() : "");

    private static string Digest(string text)
    {
        text = text.StartsWith(Sha256, StringComparison.OrdinalIgnoreCase) ? text[Sha256.Length..] : text;
        return text.Length == DigestLength && text.All(char.IsAsciiHexDigit) ? text.ToLowerInvariant() : Shown(text);
    }

    private static string Shown(string text) => text.Length <= LongestShown ? text : text[..LongestShown];

    // Of several that differ none fits a model: any of them could be the right one.
    private static string? Only(IEnumerable<string?> digests) => digests.OfType<string>().Distinct(StringComparer.Ordinal).Take(2).ToArray() switch
    {
        [] => null,
        [var one] => one,
        [var one, var other, ..] => Shown($"{one}, {other}"),
    };

    // The member of a set of digests, in each spelling of its algorithm.
    private static List<string?> Digests(JsonSlice set)
    {
        List<string?> found = [];
        foreach (JsonSliceMember member in set.Members)
        {
            if (member.Name.Replace("-", "", StringComparison.Ordinal).Equals("sha256", StringComparison.OrdinalIgnoreCase))
            {
                found.Add(Digest(member.Value));
            }
        }

        return found;
    }

    // The digests that a package URL may have: checksum=sha256:DIGEST,sha1:DIGEST.
    private static IEnumerable<string?> Checksums(string text) =>
        !text.StartsWith("pkg:", StringComparison.OrdinalIgnoreCase) || text.Split('#')[0].Split('?', 2) is not [_, var qualifiers] ? []
        : qualifiers.Split('&').Select(Uri.UnescapeDataString).Where(qualifier => qualifier.StartsWith("checksum=", StringComparison.OrdinalIgnoreCase))
            .SelectMany(qualifier => qualifier["checksum=".Length..].Split(',')).Where(checksum => checksum.StartsWith(Sha256, StringComparison.OrdinalIgnoreCase)).Select(Digest);

    private static IEnumerable<NamedAncestor> OfProvenance(JsonSlice predicate, string source) =>
        Objects(Member(predicate, "buildDefinition"), "resolvedDependencies").Concat(Objects(predicate, "materials")).Select(material =>
        {
            string? text = Text(material, "uri") ?? Text(material, "name") ?? Text(material, "downloadLocation");
            if (text is null)
            {
                return null;
            }

            (string name, string? revision, LineageRelation? relation) = AncestorName.Read(text);
            return new NamedAncestor(relation ?? LineageRelation.Material, name, source)
            {
                Revision = revision ?? Text(Member(material, "digest"), "gitCommit"),
                RootDigest = Only(Digests(Member(material, "digest")).Concat(Checksums(text))),
            };
        }).OfType<NamedAncestor>();

    private static IEnumerable<NamedAncestor> OfCycloneDx(JsonSlice bom, string source, ICollection<string> remarks)
    {
        Dictionary<string, JsonSlice> byReference = new(StringComparer.Ordinal);
        foreach (JsonSlice component in Objects(bom, "components"))
        {
            if (Text(component, "bom-ref") is { } id)
            {
                byReference.TryAdd(id, component);
            }
        }

        JsonSlice[] described = CycloneDxDocument.Described(bom);
        if (described.Length > 1)
        {
            remarks.Add(Unclear(source, "models"));
            yield break;
        }

        foreach (JsonSlice model in described)
        {
            foreach (JsonSlice ancestor in Objects(Member(model, "pedigree"), "ancestors"))
            {
                if (OfComponent(ancestor, source) is { } named)
                {
                    yield return named;
                }
            }

            foreach (JsonSlice dataset in Objects(Member(Member(model, "modelCard"), "modelParameters"), "datasets"))
            {
                if (Text(dataset, "name") is { } name)
                {
                    yield return new(LineageRelation.Dataset, AncestorName.Read(name).Name, source);
                }
                else if (Text(dataset, "ref") is { } reference && byReference.TryGetValue(reference, out JsonSlice referred) && OfComponent(referred, source) is { } named)
                {
                    yield return named with { Relation = LineageRelation.Dataset };
                }
            }
        }
    }

    /// <summary>The remark on a document that describes several things, of which each could be the one that it is about.</summary>
    internal static string Unclear(string source, string things) =>
        $"The {source} describes several {things} and does not say which of them it is about, so nothing that it names counts.";

    private static NamedAncestor? OfComponent(JsonSlice component, string source)
    {
        string? group = Text(component, "group"), plain = Text(component, "name");
        string? text = Text(component, "purl") ?? (group is null || plain is null ? plain : $"{group}/{plain}");
        if (text is null)
        {
            return null;
        }

        (string name, string? revision, _) = AncestorName.Read(text);
        LineageRelation relation = Text(component, "type") switch
        {
            "machine-learning-model" => LineageRelation.BaseModel,
            "data" => LineageRelation.Dataset,
            _ => LineageRelation.Software,
        };

        // The digest of a model as a whole is a property: a hash of a component would be one of bytes.
        string? digest = Only(Objects(component, "properties").Where(property => Text(property, "name")?.EndsWith("rootDigest", StringComparison.OrdinalIgnoreCase) == true)
            .Select(property => Digest(Member(property, "value"))).Concat(Checksums(text)));
        return new(relation, name, source) { Revision = revision ?? Text(component, "version"), RootDigest = digest };
    }
}
