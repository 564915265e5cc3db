using System.Text.Json;

namespace ModelSigning.Packaging.Package;

/// <summary>
/// The bill of materials in CycloneDX 1.6 JSON: our assemblies with their digests, and every package that is shipped. It has neither
/// a time nor a random serial number, both of which the format leaves optional, so that two builds make the same bytes.
/// </summary>
internal static class BillOfMaterials
{
    /// <summary>Writes it, as UTF-8 with a final line end.</summary>
    public static byte[] Write(ModuleManifest manifest, IEnumerable<(string Name, byte[] Sha256)> assemblies, IEnumerable<ShippedPackage> packages)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteString("bomFormat", "CycloneDX");
            writer.WriteString("specVersion", "1.6");
            writer.WriteNumber("version", 1);
            writer.WriteStartObject("metadata");
            writer.WriteStartObject("component");
            Head(writer, "application", manifest.Name, manifest.Version, "Apache-2.0");
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteStartArray("components");
            foreach ((string name, byte[] sha256) in assemblies)
            {
                writer.WriteStartObject();
                Head(writer, "library", name, manifest.Version, "Apache-2.0");
                Hash(writer, "SHA-256", sha256);
                writer.WriteEndObject();
            }

            foreach (ShippedPackage package in packages)
            {
                writer.WriteStartObject();
                Head(writer, "library", package.Name, package.Version, package.License);
                writer.WriteString("purl", $"pkg:nuget/{package.Name}@{package.Version}");
                Hash(writer, "SHA-512", Convert.FromBase64String(package.ContentHash));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return [.. stream.ToArray(), (byte)'\n'];
    }

    private static void Head(Utf8JsonWriter writer, string type, string name, string version, string? license)
    {
        writer.WriteString("type", type);
        writer.WriteString("name", name);
        writer.WriteString("version", version);
        if (license is not null)
        {
            writer.WriteStartArray("licenses");
            writer.WriteStartObject();
            writer.WriteStartObject("license");
            writer.WriteString("id", license);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndArray();
        }
    }

    private static void Hash(Utf8JsonWriter writer, string algorithm, byte[] digest)
    {
        writer.WriteStartArray("hashes");
        writer.WriteStartObject();
        writer.WriteString("alg", algorithm);
        writer.WriteString("content", Convert.ToHexStringLower(digest));
        writer.WriteEndObject();
        writer.WriteEndArray();
    }
}
