using System.Text.Json;
using ModelSigning.Core.Cards;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Boms;

/// <summary>
/// A bill of materials of SPDX 3.0.1 in JSON-LD: an AIPackage with its files, base models, datasets and licences as elements and relationships. It says that it conforms to the
/// AI profile only where everything that the profile requires is known.
/// </summary>
internal static class SpdxBom
{
    private const string CreationInfo = "_:creationInfo";

    /// <summary>Writes the members of the document.</summary>
    public static void Write(BomSubject subject, Guid number, Utf8JsonWriter writer)
    {
        string prefix = $"urn:uuid:{number}#";
        List<(string Id, string Type, Action Members)> elements = [];
        string Add(string id, string type, Action members)
        {
            elements.Add((prefix + id, type, members));
            return prefix + id;
        }

        void Relate(string from, string type, params IReadOnlyCollection<string> to)
        {
            if (to.Count > 0)
            {
                Add($"relationship-{elements.Count}", "Relationship", () =>
                {
                    writer.WriteString("from", from);
                    writer.WriteString("relationshipType", type);
                    writer.Texts("to", to);
                });
            }
        }

        Card card = subject.Card;
        string tool = Add("tool", "SoftwareAgent", () => writer.WriteString("name", "ModelSigning " + subject.ToolVersion));
        string? supplier = subject.Supplier is { } name ? Add("supplier", "Organization", () => writer.WriteString("name", name)) : null;
        string? download = Download(subject.PackageUrl);
        string model = Add("model", "ai_AIPackage", () => WriteModel(subject, supplier, download, writer));
        Relate(model, "contains", [.. subject.Files().Select((file, index) => Add($"file-{index}", "software_File", () =>
        {
            writer.WriteString("name", file.Name);
            if (file.Digest is { } digest)
            {
                writer.Objects("verifiedUsing", [digest], one =>
                {
                    writer.WriteString("type", "Hash");
                    writer.WriteString("algorithm", subject.Manifest.Serialization.HashType.Describe().SpdxName);
                    writer.WriteString("hashValue", Hexadecimal.Write(one.Span));
                });
            }

            writer.Member("comment", string.Join("\n", file.Shards.Select(shard => $"{shard.Range} {subject.Manifest.Serialization.HashType.Identifier()}:{Hexadecimal.Write(shard.Digest.Span)}")));
        }))]);
        Relate(model, "descendantOf", [.. card.Values(CardProperty.BaseModels).Distinct(StringComparer.Ordinal).Select((one, index) => Add($"base-{index}", "ai_AIPackage", () =>
        {
            writer.WriteString("name", one);
            writer.Member("software_packageUrl", PackageUrl.OfRepository(one));
        }))]);
        Relate(model, "trainedOn", [.. card.Values(CardProperty.Datasets).Distinct(StringComparer.Ordinal).Select((one, index) => Add($"dataset-{index}", "dataset_DatasetPackage", () =>
        {
            writer.WriteString("name", one);
            writer.Member("software_downloadLocation", PackageUrl.DatasetAddress(one));
            writer.Texts("dataset_datasetType", ["noAssertion"]);
        }))]);
        if (card.Values(CardProperty.License) is { Count: > 0 } licenses)
        {
            string license = Add("license", "simplelicensing_LicenseExpression", () =>
                writer.WriteString("simplelicensing_licenseExpression", string.Join(" AND ", licenses.Select(SpdxLicense.Expression))));
            Relate(model, "hasDeclaredLicense", license);
            Relate(model, "hasConcludedLicense", license);
        }

        bool isComplete = supplier is not null && download is not null && subject.PackageUrl.Version is not null && card.Values(CardProperty.License).Count > 0;
        string[] profiles = ["core", "software", "simpleLicensing", .. isComplete ? ["ai"] : Array.Empty<string>()];
        writer.WriteString("@context", "https://spdx.org/rdf/3.0.1/spdx-context.jsonld");
        writer.WriteStartArray("@graph");
        writer.WriteStartObject();
        writer.WriteString("type", "CreationInfo");
        writer.WriteString("@id", CreationInfo);
        writer.WriteString("specVersion", "3.0.1");
        writer.WriteString("created", Rfc3339.Write(subject.Time));
        writer.Texts("createdBy", [tool]);
        writer.WriteEndObject();
        string[] all = [.. elements.Select(element => element.Id)];
        elements.Add((prefix + "document", "SpdxDocument", () =>
        {
            writer.Texts("profileConformance", profiles);
            writer.Texts("rootElement", [model]);
            writer.Texts("element", all);
        }
        ));
        foreach ((string id, string type, Action members) in elements)
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WriteString("spdxId", id);
            writer.WriteString("creationInfo", CreationInfo);
            members();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteModel(BomSubject subject, string? supplier, string? download, Utf8JsonWriter writer)
    {
        Card card = subject.Card;
        writer.WriteString("name", subject.Name);
        writer.Member("suppliedBy", supplier);
        writer.WriteString("releaseTime", Rfc3339.Write(subject.Signature?.SignedTime ?? subject.Time));
        writer.WriteString("software_primaryPurpose", "model");
        writer.Member("software_packageVersion", subject.PackageUrl.Version);
        writer.WriteString("software_packageUrl", subject.PackageUrl.Text);
        writer.Member("software_downloadLocation", download);
        writer.Texts("ai_typeOfModel", [.. new[] { card.Value(CardProperty.ModelType), card.Value(CardProperty.Architecture) }.OfType<string>()]);
        writer.Texts("ai_domain", card.Value(CardProperty.Task) is { } task ? [task] : []);
        writer.Objects("ai_hyperparameter", [.. subject.Properties()], property => Entry(writer, property.Name, property.Value));
        writer.Objects("ai_metric", card.Evaluations, one => Entry(writer, one.Dataset is null ? one.Metric : $"{one.Metric} on {one.Dataset}", one.Value));
        if (subject.Signature is { } signature)
        {
            writer.Objects("externalRef", [signature], one =>
            {
                writer.WriteString("type", "ExternalRef");
                writer.WriteString("externalRefType", "other");
                writer.Texts("locator", [BomWriter.Address(one.FileName)]);
                writer.WriteString("comment", $"OpenSSF Model Signing signature, sha256:{one.Sha256}");
            });
        }
    }

    private static void Entry(Utf8JsonWriter writer, string key, string value)
    {
        writer.WriteString("type", "DictionaryEntry");
        writer.WriteString("key", key);
        writer.WriteString("value", value);
    }

    private static string? Download(PackageUrl package) => package.Text.StartsWith("pkg:huggingface/", StringComparison.Ordinal) && package.Namespace is not null
        ? $"https://huggingface.co/{package.Namespace}/{package.Name}" + (package.Version is { } version ? $"/tree/{Uri.EscapeDataString(version)}" : "") : null;
}
