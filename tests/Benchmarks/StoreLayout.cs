using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using ZstdSharp;

namespace ModelSigning.Benchmarks;

/// <summary>Puts a workload's files into stores. The files lie in the store's folder of blobs and nowhere else, so that the same bytes can be hashed directly.</summary>
internal static class StoreLayout
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567", Weights = "application/vnd.cncf.model.weight.v1.", FilePath = "org.cncf.model.filepath";

    /// <summary>A snapshot in the cache of the Hugging Face hub.</summary>
    /// <returns>The repository's folder.</returns>
    public static string HuggingFace(Workload files)
    {
        string repository = files.Beside("models--org--name"), snapshot = Path.Join(repository, "snapshots", Commit);
        Directory.CreateDirectory(Path.Join(repository, "blobs"));
        Directory.CreateDirectory(Path.Join(repository, "refs"));
        Directory.CreateDirectory(snapshot);
        File.WriteAllText(Path.Join(repository, "refs", "main"), Commit);
        foreach (string file in Files(files))
        {
            string digest = Digest(file);
            File.Move(file, Path.Join(repository, "blobs", digest));
            File.CreateSymbolicLink(Path.Join(snapshot, Path.GetFileName(file)), $"../../blobs/{digest}");
        }

        return repository;
    }

    /// <summary>An OCI image layout with a layer for each file, or with one tar of all.</summary>
    /// <param name="files">The files.</param>
    /// <param name="packing"><c>raw</c>, <c>tar</c>, <c>tar+gzip</c> or <c>tar+zstd</c>.</param>
    /// <returns>The layout's folder.</returns>
    public static string Oci(Workload files, string packing)
    {
        string layout = files.Beside("layout"), blobs = Path.Join(layout, "blobs", "sha256");
        Directory.CreateDirectory(blobs);
        object[] layers = packing == "raw"
            ? [.. Files(files).Select(file => Move(file, blobs, Weights + packing, Path.GetFileName(file)))]
            : [Move(Pack(files, packing), blobs, Weights + packing, ".")];
        object config = Move(Write(files, new { }), blobs, "application/vnd.cncf.model.config.v1+json", null);
        object manifest = Move(Write(files, new { schemaVersion = 2, artifactType = "application/vnd.cncf.model.manifest.v1+json", config, layers }), blobs, "application/vnd.oci.image.manifest.v1+json", null);
        File.WriteAllText(Path.Join(layout, "index.json"), JsonSerializer.Serialize(new { schemaVersion = 2, manifests = new[] { manifest } }));
        File.WriteAllText(Path.Join(layout, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        return layout;
    }

    /// <summary>A store of ollama with a model of these files.</summary>
    /// <returns>The store's folder.</returns>
    public static string Ollama(Workload files)
    {
        string store = files.Beside("ollama"), blobs = Path.Join(store, "blobs"), manifest = Path.Join(store, "manifests/registry.ollama.ai/library/tiny/latest");
        Directory.CreateDirectory(blobs);
        Directory.CreateDirectory(Path.GetDirectoryName(manifest)!);
        object[] layers = [.. Files(files).Select(file => Move(file, blobs, "application/vnd.ollama.image.model", null, "sha256-"))];
        object config = Move(Write(files, new { }), blobs, "application/vnd.docker.container.image.v1+json", null, "sha256-");
        File.WriteAllText(manifest, JsonSerializer.Serialize(new { schemaVersion = 2, config, layers }));
        return store;
    }

    private static string[] Files(Workload files) => [.. Directory.GetFiles(files.Beside("model"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static string Digest(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static object Move(string file, string blobs, string mediaType, string? name, string prefix = "")
    {
        string digest = Digest(file);
        long size = new FileInfo(file).Length;
        File.Move(file, Path.Join(blobs, prefix + digest), overwrite: true);
        return new { mediaType, digest = "sha256:" + digest, size, annotations = name is null ? [] : new Dictionary<string, string> { [FilePath] = name } };
    }

    private static string Write(Workload files, object document)
    {
        string path = files.Beside("document.json");
        File.WriteAllText(path, JsonSerializer.Serialize(document));
        return path;
    }

    private static string Pack(Workload files, string packing)
    {
        string path = files.Beside("layer");
        using FileStream file = File.Create(path);
        using Stream packed = packing switch { "tar+gzip" => new GZipStream(file, CompressionLevel.Fastest), "tar+zstd" => new CompressionStream(file, level: 1), _ => file };
        using TarWriter tar = new(packed, TarEntryFormat.Ustar);
        foreach (string one in Files(files))
        {
            tar.WriteEntry(one, Path.GetFileName(one));
            File.Delete(one);
        }

        return path;
    }
}
