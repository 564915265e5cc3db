using System.Text.Json;
using ModelSigning.Core.Cards;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Boms;

/// <summary>A bill of materials of CycloneDX, 1.6 or 1.7, in JSON: one component of the type machine-learning-model with its files in it.</summary>
internal sealed class CycloneDxBom(string version)
{
    /// <summary>Writes the members of the document.</summary>
    public void Write(BomSubject subject, Guid number, Utf8JsonWriter writer)
    {
        string[] datasets = [.. subject.Card.Values(CardProperty.Datasets).Distinct(StringComparer.Ordinal)];
        string[] bases = [.. subject.Card.Values(CardProperty.BaseModels).Distinct(StringComparer.Ordinal)];
        writer.WriteString("$schema", $"http://cyclonedx.org/schema/bom-{version}.schema.json");
        writer.WriteString("bomFormat", "CycloneDX");
        writer.WriteString("specVersion", version);
        writer.WriteString("serialNumber", $"urn:uuid:{number}");
        writer.WriteNumber("version", 1);
        writer.Object("metadata", () =>
        {
            writer.WriteString("timestamp", Rfc3339.Write(subject.Time));
            writer.Object("tools", () => writer.Objects("components", [subject.ToolVersion], tool =>
            {
                writer.WriteString("type", "application");
                writer.WriteString("name", "ModelSigning");
                writer.WriteString("version", tool);
            }));
            Properties(writer, [("modelsigning:verified", subject.Signature is null ? "false" : "true")]);
        });
        writer.WriteStartArray("components");
        writer.WriteStartObject();
        WriteModel(subject, bases, datasets, writer);
        writer.WriteEndObject();
        foreach (string dataset in datasets)
        {
            writer.WriteStartObject();
            writer.WriteString("type", "data");
            writer.WriteString("bom-ref", "dataset:" + dataset);
            writer.WriteString("name", dataset);
            writer.Objects("data", [dataset], name =>
            {
                writer.WriteString("type", "dataset");
                writer.WriteString("name", name);
                if (PackageUrl.DatasetAddress(name) is { } address)
                {
                    writer.Object("contents", () => writer.WriteString("url", address));
                }
            });
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.Objects("dependencies", [subject], model =>
        {
            writer.WriteString("ref", model.PackageUrl.Text);
            writer.Texts("dependsOn", [.. bases.Select(name => "base:" + name), .. datasets.Select(name => "dataset:" + name)]);
        });
    }

    private static void WriteModel(BomSubject subject, string[] bases, string[] datasets, Utf8JsonWriter writer)
    {
        Card card = subject.Card;
        writer.WriteString("type", "machine-learning-model");
        writer.WriteString("bom-ref", subject.PackageUrl.Text);
        if (subject.Supplier is { } supplier)
        {
            writer.Object("supplier", () => writer.WriteString("name", supplier));
        }

        writer.Member("group", subject.PackageUrl.Namespace);
        writer.WriteString("name", subject.Name);
        writer.Member("version", subject.PackageUrl.Version);
        writer.Objects("licenses", card.Values(CardProperty.License), license => writer.Object("license", () => WriteLicense(card, license, writer)));
        writer.WriteString("purl", subject.PackageUrl.Text);
        if (bases.Length > 0)
        {
            writer.Object("pedigree", () =>
            {
                writer.Objects("ancestors", bases, name =>
                {
                    writer.WriteString("type", "machine-learning-model");
                    writer.WriteString("bom-ref", "base:" + name);
                    writer.WriteString("name", name);
                    writer.Member("purl", PackageUrl.OfRepository(name));
                });
                writer.Member("notes", card.Value(CardProperty.BaseModelRelation));
            });
        }

        WriteReferences(subject, writer);
        writer.Objects("components", [.. subject.Files()], file => WriteFile(file, subject.Manifest.Serialization.HashType, writer));
        writer.Object("modelCard", () => WriteCard(card, datasets, writer));
        Properties(writer, [.. subject.Properties()]);
    }

    private static void WriteLicense(Card card, string license, Utf8JsonWriter writer)
    {
        if (SpdxLicense.Find(license) is { } identifier)
        {
            writer.WriteString("id", identifier);
            return;
        }

        writer.WriteString("name", card.Value(CardProperty.LicenseName) ?? license);
        writer.Member("url", Uri.TryCreate(card.Value(CardProperty.LicenseLink), UriKind.Absolute, out Uri? link) && link.Scheme == Uri.UriSchemeHttps ? link.AbsoluteUri : null);
    }

    private static void WriteReferences(BomSubject subject, Utf8JsonWriter writer)
    {
        List<(string Type, string Url, string? Sha256)> references = [];
        if (subject.Signature is { } signature)
        {
            references.Add(("digital-signature", BomWriter.Address(signature.FileName), signature.Sha256));
        }

        if (subject.Files().FirstOrDefault(file => file.Name == "README.md") is { } card)
        {
            references.Add(("model-card", card.Name, card.Digest is { } digest && subject.Manifest.Serialization.HashType == DigestAlgorithm.Sha256 ? Hexadecimal.Write(digest.Span) : null));
        }

        writer.Objects("externalReferences", references, reference =>
        {
            writer.WriteString("type", reference.Type);
            writer.WriteString("url", reference.Url);
            if (reference.Sha256 is { } digest)
            {
                Hash(writer, "SHA-256", digest);
            }
        });
    }

    private static void WriteFile(BomFile file, DigestAlgorithm algorithm, Utf8JsonWriter writer)
    {
        writer.WriteString("type", "file");
        writer.WriteString("bom-ref", "file:" + file.Name);
        writer.WriteString("name", file.Name);
        if (file.Digest is { } digest)
        {
            Hash(writer, algorithm.Describe().CycloneDxName, Hexadecimal.Write(digest.Span));
        }

        Properties(writer, [.. file.Shards.Select(shard => ("modelsigning:shard:" + shard.Range, $"{algorithm.Identifier()}:{Hexadecimal.Write(shard.Digest.Span)}"))]);
    }

    private static void WriteCard(Card card, string[] datasets, Utf8JsonWriter writer)
    {
        writer.Object("modelParameters", () =>
        {
            writer.Member("task", card.Value(CardProperty.Task));
            writer.Member("architectureFamily", card.Value(CardProperty.ModelType));
            writer.Member("modelArchitecture", card.Value(CardProperty.Architecture));
            writer.Objects("datasets", datasets, name => writer.WriteString("ref", "dataset:" + name));
        });
        if (card.Evaluations.Count > 0)
        {
            writer.Object("quantitativeAnalysis", () => writer.Objects("performanceMetrics", card.Evaluations, one =>
            {
                writer.WriteString("type", one.Metric);
                writer.WriteString("value", one.Value);
                writer.Member("slice", one.Dataset);
            }));
        }
    }

    private static void Hash(Utf8JsonWriter writer, string algorithm, string digest) => writer.Objects("hashes", [digest], content =>
    {
        writer.WriteString("alg", algorithm);
        writer.WriteString("content", content);
    });

    private static void Properties(Utf8JsonWriter writer, IReadOnlyCollection<(string Name, string Value)> properties) => writer.Objects("properties", properties, property =>
    {
        writer.WriteString("name", property.Name);
        writer.WriteString("value", property.Value);
    });
}
