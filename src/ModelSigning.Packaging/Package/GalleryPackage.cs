using System.IO.Compression;
using System.Text;
using System.Xml.Linq;

namespace ModelSigning.Packaging.Package;

/// <summary>
/// The <c>.nupkg</c> that a gallery takes: an Open Packaging Conventions archive of the module's folder with its description. Entries
/// are in the order of their names and carry one fixed time, so that the same folder makes the same bytes.
/// </summary>
internal static class GalleryPackage
{
    // The earliest time that the ZIP format can say.
    private static readonly DateTimeOffset Time = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Packs a module's folder.</summary>
    public static void Make(string folder, ModuleManifest manifest, string path)
    {
        SortedDictionary<string, Func<byte[]>> entries = new(StringComparer.Ordinal)
        {
            ["[Content_Types].xml"] = () => Xml(ContentTypes()),
            ["_rels/.rels"] = () => Xml(Relationships(manifest)),
            [$"{manifest.Name}.nuspec"] = () => Xml(Description(manifest)),
        };
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            entries.Add(Path.GetRelativePath(folder, file).Replace('\\', '/'), () => File.ReadAllBytes(file));
        }

        using ZipArchive archive = new(File.Create(path), ZipArchiveMode.Create);
        foreach ((string name, Func<byte[]> content) in entries)
        {
            ZipArchiveEntry entry = archive.CreateEntry(name, CompressionLevel.Optimal);
            entry.LastWriteTime = Time;
            entry.ExternalAttributes = 0;
            using Stream stream = entry.Open();
            stream.Write(content());
        }
    }

    private static XDocument Description(ModuleManifest manifest)
    {
        XNamespace schema = "http://schemas.microsoft.com/packaging/2011/08/nuspec.xsd";
        // A gallery finds modules by these words.
        IEnumerable<string> tags = [.. manifest.Tags, "PSModule", "PSIncludes_Cmdlet", .. manifest.Cmdlets.SelectMany(name => new[] { $"PSCmdlet_{name}", $"PSCommand_{name}" })];
        return new XDocument(new XElement(schema + "package", new XElement(schema + "metadata",
            new XElement(schema + "id", manifest.Name),
            new XElement(schema + "version", manifest.Version),
            new XElement(schema + "authors", manifest.Author),
            new XElement(schema + "license", new XAttribute("type", "expression"), "Apache-2.0"),
            new XElement(schema + "requireLicenseAcceptance", "false"),
            new XElement(schema + "description", manifest.Description),
            new XElement(schema + "copyright", manifest.Copyright),
            new XElement(schema + "tags", string.Join(' ', tags)))));
    }

    private static XDocument ContentTypes()
    {
        XNamespace schema = "http://schemas.openxmlformats.org/package/2006/content-types";
        string[] extensions = ["dll", "json", "md", "nuspec", "ps1xml", "psd1", "psm1", "sig", "txt", "TXT", "xml"];
        return new XDocument(new XElement(schema + "Types",
            new XElement(schema + "Default", new XAttribute("Extension", "rels"), new XAttribute("ContentType", "application/vnd.openxmlformats-package.relationships+xml")),
            extensions.DistinctBy(extension => extension.ToUpperInvariant()).Select(extension => new XElement(schema + "Default",
                new XAttribute("Extension", extension), new XAttribute("ContentType", "application/octet"))),
            new XElement(schema + "Override", new XAttribute("PartName", "/LICENSE"), new XAttribute("ContentType", "application/octet"))));
    }

    private static XDocument Relationships(ModuleManifest manifest)
    {
        XNamespace schema = "http://schemas.openxmlformats.org/package/2006/relationships";
        return new XDocument(new XElement(schema + "Relationships", new XElement(schema + "Relationship",
            new XAttribute("Type", "http://schemas.microsoft.com/packaging/2010/07/manifest"),
            new XAttribute("Target", $"/{manifest.Name}.nuspec"),
            new XAttribute("Id", "R0"))));
    }

    private static byte[] Xml(XDocument document) => Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + document.ToString().ReplaceLineEndings("\n") + "\n");
}
