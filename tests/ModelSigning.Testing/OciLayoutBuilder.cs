using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ModelSigning.Testing;

/// <summary>Makes an OCI image layout as the specification describes it: a file for each blob, <c>index.json</c> and <c>oci-layout</c>.</summary>
public sealed class OciLayoutBuilder
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json", IndexType = "application/vnd.oci.image.index.v1+json";

    private readonly JsonArray _entries = [];

    /// <summary>The blobs by their digests.</summary>
    public Dictionary<string, byte[]> Blobs { get; } = [];

    /// <summary>A tar of files.</summary>
    public static byte[] Tar(params (string Name, string Text)[] files)
    {
        ArgumentNullException.ThrowIfNull(files);
        using MemoryStream stream = new();
        using (TarWriter tar = new(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach ((string name, string text) in files)
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
            }
        }

        return stream.ToArray();
    }

    /// <summary>Adds a blob.</summary>
    /// <returns>Its descriptor.</returns>
    public JsonObject Blob(string mediaType, byte[] bytes, params (string Key, string Value)[] annotations)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentNullException.ThrowIfNull(annotations);
        string digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
        Blobs[digest] = bytes;
        JsonObject descriptor = new() { ["mediaType"] = mediaType, ["digest"] = digest, ["size"] = bytes.Length };
        if (annotations.Length > 0)
        {
            descriptor["annotations"] = new JsonObject(annotations.Select(note => KeyValuePair.Create(note.Key, (JsonNode?)note.Value)));
        }

        return descriptor;
    }

    /// <summary>Adds a manifest, and names it in the index unless it has no tag.</summary>
    /// <returns>Its descriptor.</returns>
    public JsonObject Manifest(string? tag, JsonObject config, params JsonNode[] layers)
    {
        ArgumentNullException.ThrowIfNull(config);
        JsonObject manifest = new() { ["schemaVersion"] = 2, ["mediaType"] = ManifestType, ["config"] = config, ["layers"] = new JsonArray(layers) };
        // As ModelPack requires it.
        if ((string?)config["mediaType"] == "application/vnd.cncf.model.config.v1+json")
        {
            manifest["artifactType"] = "application/vnd.cncf.model.manifest.v1+json";
        }

        return Entry(tag, ManifestType, manifest);
    }

    /// <summary>Adds an index of descriptors, and names it in the layout's own unless it has no tag.</summary>
    /// <returns>Its descriptor.</returns>
    public JsonObject Index(string? tag, params JsonObject[] manifests)
    {
        JsonObject index = new() { ["schemaVersion"] = 2, ["manifests"] = new JsonArray([.. manifests.Select(manifest => manifest.DeepClone())]) };
        return Entry(tag, IndexType, index);
    }

    /// <summary>A model of ModelPack with a file as it is and a tar of each packing.</summary>
    public static OciLayoutBuilder ModelPack(byte[]? gzip, byte[]? zstd)
    {
        OciLayoutBuilder layout = new();
        const string layer = "application/vnd.cncf.model.", path = "org.cncf.model.filepath";
        List<JsonNode> layers =
        [
            layout.Blob(layer + "weight.v1.raw", "weights"u8.ToArray(), (path, "model.safetensors")),
            layout.Blob(layer + "weight.config.v1.tar", Tar(("config.json", "{}")), (path, "config.json")),
        ];
        if (gzip is not null)
        {
            layers.Add(layout.Blob(layer + "code.v1.tar+gzip", gzip, (path, "src")));
        }

        if (zstd is not null)
        {
            layers.Add(layout.Blob(layer + "doc.v1.tar+zstd", zstd, (path, "docs")));
        }

        layout.Manifest("v1", layout.Blob("application/vnd.cncf.model.config.v1+json", "{}"u8.ToArray()), [.. layers]);
        return layout;
    }

    /// <summary>Writes the layout as a folder.</summary>
    /// <returns>Its full path.</returns>
    public string WriteFolder(TemporaryFolder folder, string name)
    {
        ArgumentNullException.ThrowIfNull(folder);
        foreach ((string file, byte[] bytes) in Files())
        {
            folder.Write($"{name}/{file}", bytes);
        }

        return folder[name];
    }

    /// <summary>Writes the layout as a tar.</summary>
    /// <returns>Its full path.</returns>
    public string WriteTar(TemporaryFolder folder, string name)
    {
        ArgumentNullException.ThrowIfNull(folder);
        using FileStream stream = File.Create(folder[name]);
        using TarWriter tar = new(stream, TarEntryFormat.Ustar, leaveOpen: false);
        foreach ((string file, byte[] bytes) in Files())
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, file) { DataStream = new MemoryStream(bytes) });
        }

        return folder[name];
    }

    private IEnumerable<(string Name, byte[] Bytes)> Files()
    {
        yield return ("oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray());
        yield return ("index.json", Encoding.UTF8.GetBytes(new JsonObject { ["schemaVersion"] = 2, ["manifests"] = _entries.DeepClone() }.ToJsonString()));
        foreach ((string digest, byte[] bytes) in Blobs)
        {
            yield return ($"blobs/{digest.Replace(':', '/')}", bytes);
        }
    }

    /// <summary>Adds a document as a blob, and names it in the layout's index unless it has no tag.</summary>
    /// <returns>Its descriptor.</returns>
    public JsonObject Entry(string? tag, string type, JsonObject content)
    {
        ArgumentNullException.ThrowIfNull(content);
        JsonObject descriptor = Blob(type, Encoding.UTF8.GetBytes(content.ToJsonString()));
        if (tag is not null)
        {
            JsonObject entry = descriptor.DeepClone().AsObject();
            entry["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = tag };
            _entries.Add(entry);
        }

        return descriptor;
    }
}
