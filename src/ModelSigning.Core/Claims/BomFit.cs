using System.Text.Json;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;
using static ModelSigning.Core.Input.JsonMembers;

namespace ModelSigning.Core.Claims;

/// <summary>
/// Whether a bill of materials fits the model that it is claimed about. Its signer is trusted for what it says; that it says it about these files can be checked. What is compared
/// is what a document says of the model as a whole and of the files in it, in the algorithm that the model was signed with; it may leave out files.
/// </summary>
internal sealed class BomFit
{
    private const string Own = "modelsigning:", Shards = Own + "shard:", RootDigest = "rootDigest", RootDigestAlgorithm = "sha256:", Serial = "urn:uuid:";
    private const int LongestShown = 100, DigestDigits = 64;

    private readonly Manifest _manifest;
    private readonly string _rootDigest;
    private readonly Func<string, bool> _isPin;
    private readonly Lazy<(Dictionary<string, string> Digests, HashSet<string> Files)> _signed;

    /// <summary>Takes a model.</summary>
    /// <param name="manifest">What was signed.</param>
    /// <param name="rootDigest">The root digest in lower-case hexadecimal.</param>
    /// <param name="isPin">Whether the digits are those of the model's pin.</param>
    public BomFit(Manifest manifest, string rootDigest, Func<string, bool> isPin)
    {
        (_manifest, _rootDigest, _isPin) = (manifest, rootDigest, isPin);
        _signed = new(() =>
        {
            bool isSharded = manifest.Serialization.ShardSize is not null;
            return (manifest.Resources.ToDictionary(resource => resource.Name, resource => Hexadecimal.Write(resource.Digest.Span), StringComparer.Ordinal),
                [.. manifest.Resources.Select(resource => isSharded && ResourceName.TryParseShard(resource.Name, out string file, out _, out _) ? file : resource.Name)]);
        });
    }

    /// <summary>What does not fit, as a clause; null where nothing is wrong, or where the predicate is not a bill of materials.</summary>
    /// <param name="predicateType">The type of the claim, a URI.</param>
    /// <param name="predicate">The document.</param>
    public string? Misfit(string predicateType, JsonSlice predicate) =>
        PredicateTypes.Matches(PredicateTypes.ToFind("cyclonedx"), predicateType) ? OfCycloneDx(predicate)
        : PredicateTypes.Matches(PredicateTypes.ToFind("spdx"), predicateType) ? OfSpdx3(predicate) ?? OfSpdx2(predicate)
        : null;

    private string? OfCycloneDx(JsonSlice bom)
    {
        if (Text(bom, "bomFormat") is { } format && format != "CycloneDX")
        {
            return $"'bomFormat' is '{Short(format)}'";
        }

        JsonSlice number = Member(bom, "serialNumber");
        if (number.Kind is not (JsonValueKind.Undefined or JsonValueKind.String) || (number.Kind == JsonValueKind.String && !IsSerialNumber(number.Text())))
        {
            return "'serialNumber' is not urn:uuid: with a UUID";
        }

        List<JsonSlice> all = [];
        Collect(Member(Member(bom, "metadata"), "component"), all);
        Objects(bom, "components").ForEach(component => Collect(component, all));
        if (Twice(all.Select(component => Text(component, "bom-ref"))) is { } reference)
        {
            return $"the bom-ref '{Short(reference)}' belongs to two components";
        }

        if (CycloneDxDocument.Described(bom) is not [var model])
        {
            return null;
        }

        HashSet<string?> references = [.. all.Select(component => Text(component, "bom-ref"))];
        string? dangling = Objects(Member(Member(model, "modelCard"), "modelParameters"), "datasets").Select(dataset => Text(dataset, "ref"))
            .FirstOrDefault(used => used?.StartsWith("urn:cdx:", StringComparison.Ordinal) == false && !references.Contains(used));
        return dangling is not null ? $"the model card refers to '{Short(dangling)}', which no component has as its bom-ref"
            : First(Pairs(model, "properties", "name"), property => OfProperty(property.Name, property.Value))
            ?? First(Objects(Member(model, "pedigree"), "ancestors"), ancestor => First(Pairs(ancestor, "properties", "name"), property => OfAncestor(property.Name, property.Value)))
            ?? First(Objects(model, "components"), file => OfFiles(file, mustExist: true))
            ?? (CycloneDxDocument.IsAboutOne(bom) ? First(Objects(bom, "components"), file => OfFiles(file, mustExist: false)) : null);
    }

    // Components nest. What lies in a component that is not a file may be of another project, so that only its digests are compared.
    private string? OfFiles(JsonSlice component, bool mustExist)
    {
        bool isFile = Text(component, "type") == "file";
        return (isFile && Text(component, "name") is { } name ? OfFile(component, name, mustExist) : null)
            ?? First(Objects(component, "components"), inner => OfFiles(inner, mustExist && isFile));
    }

    private string? OfFile(JsonSlice component, string name, bool mustExist) =>
        OfFile(name, mustExist, Objects(component, "hashes").Where(hash => IsOfAlgorithm(Text(hash, "alg"))).Select(hash => Text(hash, "content")))
            ?? First(Pairs(component, "properties", "name"), property => property.Name.StartsWith(Shards, StringComparison.Ordinal) ? OfShard(name, property.Name[Shards.Length..], property.Value) : null);

    private string? OfSpdx3(JsonSlice document)
    {
        SpdxDocument graph = new(document);
        if (graph.Elements.FirstOrDefault(elements => elements.Skip(1).Any()) is { } twice)
        {
            return $"the spdxId '{Short(twice.Key)}' belongs to two elements";
        }

        JsonSlice[] models = [.. graph.Roots.SelectMany(root => graph.Elements[root]).Where(SpdxDocument.IsModel)];
        if (models is not [var model])
        {
            return null;
        }

        ILookup<string, string> contained = graph.Relationships.Where(relationship => Text(relationship, "relationshipType") == "contains")
            .SelectMany(relationship => Texts(Member(relationship, "to")).Select(to => (From: Text(relationship, "from") ?? "", To: to))).ToLookup(pair => pair.From, pair => pair.To, StringComparer.Ordinal);
        return First(Pairs(model, "ai_hyperparameter", "key"), entry => OfProperty(entry.Name, entry.Value))
            ?? OfContained(graph, contained, Text(model, "spdxId") ?? "");
    }

    // What lies in another package may be of another project, so that only its digests are compared.
    private string? OfContained(SpdxDocument graph, ILookup<string, string> contained, string model)
    {
        HashSet<string> seen = [model];
        Queue<string> packages = new([model]);
        while (packages.TryDequeue(out string? package))
        {
            foreach (string to in contained[package].Where(seen.Add))
            {
                packages.Enqueue(to);
                if (First(graph.Elements[to].Where(element => Text(element, "type") == "software_File"), file => OfSpdx3File(file, mustExist: package == model)) is { } misfit)
                {
                    return misfit;
                }
            }
        }

        return null;
    }

    private string? OfSpdx3File(JsonSlice file, bool mustExist) => Text(file, "name") is not { } name ? null
        : OfFile(name, mustExist, Objects(file, "verifiedUsing").Where(hash => IsOfAlgorithm(Text(hash, "algorithm"))).Select(hash => Text(hash, "hashValue")))
            ?? First(Text(file, "comment")?.Split('\n').Select(line => line.Split(' ')) ?? [], words => words is [var range, var digest] ? OfShard(name, range, digest) : null);

    // The files of SPDX 2 are those of all packages; with several it is not clear whose they are.
    private string? OfSpdx2(JsonSlice document) => Objects(document, "packages").Count > 1 ? null
        : First(Objects(document, "files"), file => Text(file, "fileName") is not { } name ? null
            : OfFile(name, mustExist: false, Objects(file, "checksums").Where(hash => IsOfAlgorithm(Text(hash, "algorithm"))).Select(hash => Text(hash, "checksumValue"))));

    private string? OfProperty(string name, string value) =>
        name.EndsWith(RootDigest, StringComparison.OrdinalIgnoreCase) && value != _rootDigest && value != RootDigestAlgorithm + _rootDigest ? $"the root digest is '{Short(value)}', but that of the model is {_rootDigest}"
        : name == Own + "pin" && !(ModelPin.IsPin(value) && _isPin(value[ModelPin.Prefix.Length..])) ? $"the pin '{Short(value)}' is not that of the model"
        : name == Own + "hashAlgorithm" && value != _manifest.Serialization.HashType.Identifier() ? $"the hash algorithm is '{Short(value)}', but the model was signed with {_manifest.Serialization.HashType.Identifier()}"
        : null;

    private static string? OfAncestor(string name, string value) =>
        name.EndsWith(RootDigest, StringComparison.OrdinalIgnoreCase) && (value.StartsWith(RootDigestAlgorithm, StringComparison.Ordinal) ? value[RootDigestAlgorithm.Length..] : value) is var digest && !(digest.Length == DigestDigits && digest.All(char.IsAsciiHexDigitLower))
            ? $"the root digest '{Short(value)}' of an ancestor is not {DigestDigits} lower-case hexadecimal digits" : null;

    private string? OfFile(string written, bool mustExist, IEnumerable<string?> digests)
    {
        string name = Plain(written);
        if (!_signed.Value.Files.Contains(name))
        {
            return mustExist ? $"the signature has no file '{Short(name)}'" : null;
        }

        return _signed.Value.Digests.TryGetValue(name, out string? signed) && digests.FirstOrDefault(digest => !signed.Equals(digest, StringComparison.OrdinalIgnoreCase), signed) is var other && other != signed
            ? $"the digest of '{Short(name)}' is '{Short(other ?? "")}', but {signed} was signed" : null;
    }

    private string? OfShard(string file, string range, string digest)
    {
        string name = $"{Plain(file)}:{range.Replace('-', ':')}", algorithm = _manifest.Serialization.HashType.Identifier() + ":";
        return _manifest.Serialization.ShardSize is null || !digest.StartsWith(algorithm, StringComparison.Ordinal) ? null
            : !_signed.Value.Digests.TryGetValue(name, out string? signed) ? $"the signature has no shard '{Short(name)}'"
            : digest[algorithm.Length..] != signed ? $"the digest of the shard '{Short(name)}' is '{Short(digest)}', but {signed} was signed"
            : null;
    }

    // CycloneDX spells the names with hyphens and capitals, and readers of either take more than one spelling.
    private bool IsOfAlgorithm(string? name) =>
        name?.Replace("-", "", StringComparison.Ordinal).Equals(_manifest.Serialization.HashType.Describe().SpdxName, StringComparison.OrdinalIgnoreCase) == true;

    private static string Plain(string name) => name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;

    private static string? First<T>(IEnumerable<T> items, Func<T, string?> misfit) => items.Select(misfit).FirstOrDefault(found => found is not null);

    private static IEnumerable<(string Name, string Value)> Pairs(JsonSlice value, string list, string name) =>
        Objects(value, list).Select(pair => (Text(pair, name) ?? "", Text(pair, "value") ?? ""));

    // The depth of a document is bounded where it is read.
    private static void Collect(JsonSlice component, List<JsonSlice> all)
    {
        all.Add(component);
        Objects(component, "components").ForEach(inner => Collect(inner, all));
        Objects(Member(component, "pedigree"), "ancestors").ForEach(inner => Collect(inner, all));
    }

    private static string? Twice(IEnumerable<string?> values)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        return values.FirstOrDefault(value => value is not null && !seen.Add(value));
    }

    private static string Short(string text) => text.Length <= LongestShown ? text : text[..LongestShown] + "…";

    private static bool IsSerialNumber(string text) =>
        text.StartsWith(Serial, StringComparison.Ordinal) && Guid.TryParseExact(text.AsSpan(Serial.Length), "D", out _) && !text.Any(char.IsAsciiLetterUpper);
}
