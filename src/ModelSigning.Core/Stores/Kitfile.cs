using System.Text;
using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;
using static ModelSigning.Core.Stores.StoreDocument;

namespace ModelSigning.Core.Stores;

/// <summary>The Kitfile of KitOps: which path each layer of a manifest has.</summary>
internal static class Kitfile
{
    /// <summary>The type of a configuration that is a Kitfile.</summary>
    public const string ConfigType = Prefix + "config.v1+json";

    private const string Prefix = "application/vnd.kitops.modelkit.", Annotation = "ml.kitops.modelkit.kitfile";

    private const string Version = ".v1.";

    private static readonly string[] Kinds = ["model", "modelpart", "dataset", "code", "docs", "mcpb"], ModelPackKinds = ["weight", "weight.config", "dataset", "code", "doc"];
    private static readonly string[] Packings = ["raw", "tar", "tar+gzip", "tar+zstd"];

    private static readonly InputRules Rules = new("Kitfile", OciLayout.MaximumLength, StoreErrors.ManifestInvalid);

    /// <summary>The Kitfile of a manifest of ModelPack, which KitOps writes too and whose Kitfile it reads from an annotation; null without one.</summary>
    /// <exception cref="ModelSigningException"><see cref="StoreErrors.ManifestInvalid"/>.</exception>
    public static byte[]? OfAnnotation(JsonElement manifest, string path) =>
        !manifest.TryGetProperty("annotations", out JsonElement notes) || notes.ValueKind != JsonValueKind.Object || !notes.TryGetProperty(Annotation, out JsonElement kitfile) ? null
            : kitfile.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(kitfile.GetString()!)
            : throw StoreErrors.ManifestInvalid.At($"The annotation '{Annotation}' of the manifest in '{path}' is not text.", path);

    /// <summary>Where each layer's files lie, by the layer's digest. Kitfiles that do not say which layer is which are too old: their tars have other names.</summary>
    /// <exception cref="ModelSigningException"><see cref="StoreErrors.ManifestInvalid"/>, <see cref="StoreErrors.StoredNameInvalid"/>.</exception>
    public static Dictionary<string, string> Read(byte[] config, IReadOnlyList<OciDescriptor> layers, string path, CancellationToken cancellationToken)
    {
        using JsonDocument document = StoreDocument.Parse(config, $"the Kitfile in {path}", Rules, cancellationToken);
        Dictionary<string, string> paths = new(StringComparer.Ordinal);
        JsonElement root = document.RootElement;
        List<JsonElement> entries = [];
        if (root.TryGetProperty("model", out JsonElement model) && model.ValueKind != JsonValueKind.Null)
        {
            entries.Add(model.ValueKind == JsonValueKind.Object ? model : throw OtherKind("model"));
            if (Text(model, "path") is { } own && own.AsSpan().ContainsAny(':', '@'))
            {
                throw Elsewhere($"has a model with the path '{own}', which KitOps takes for another model");
            }

            AddArray(model, "parts");
        }

        AddArray(root, "datasets");
        AddArray(root, "prompts");
        AddArray(root, "mcpServers");
        // In a tar, signatures leave out two of git's files and themselves. Code and documents can have some; what is loaded must be none of them.
        if (entries.Select(entry => Text(entry, "path")).OfType<string>().FirstOrDefault(path => IsOfGit(path) || !IgnoreList.IsModelFileName(OciManifest.Clean(path))) is { } hidden)
        {
            throw StoreErrors.StoredNameInvalid.At($"The Kitfile in '{path}' gives the model, a dataset or a prompt the path '{hidden}', which is git's or a signature's and which signatures leave out.", path,
                cure: "Pack the model again with these files at another path.");
        }

        AddArray(root, "code");
        AddArray(root, "docs");
        foreach (JsonElement entry in entries)
        {
            if (Text(entry, "digest") is { } digest && Text(entry, "path") is { } place && !paths.TryAdd(digest, place))
            {
                throw StoreErrors.ManifestInvalid.At($"The Kitfile in '{path}' gives the layer {digest} two paths.", path);
            }
        }

        // KitOps unpacks files of another model or of a bucket beside those of the layers.
        HashSet<string> known = [.. layers.Select(layer => layer.Digest)];
        if (entries.Find(entry => entry.TryGetProperty("path", out _) && !(Text(entry, "digest") is { } digest && known.Contains(digest))) is { ValueKind: JsonValueKind.Object } foreign)
        {
            throw Elsewhere($"lists '{Text(foreign, "path")}', whose digest is that of none of the layers, as that of another model is");
        }

        if (entries.Any(entry => entry.TryGetProperty("remotePath", out _)))
        {
            throw Elsewhere("lists a dataset that lies elsewhere ('remotePath')");
        }

        return paths;

        void AddArray(JsonElement parent, string member)
        {
            if (parent.TryGetProperty(member, out JsonElement array) && array.ValueKind != JsonValueKind.Null)
            {
                entries.AddRange(array.ValueKind == JsonValueKind.Array && array.EnumerateArray().All(entry => entry.ValueKind == JsonValueKind.Object)
                    ? array.EnumerateArray() : throw OtherKind(member));
            }
        }

        ModelSigningException Elsewhere(string why) => StoreErrors.ManifestInvalid.At(
            $"The Kitfile in '{path}' {why}.", path, cure: "Pack the model again with all its files in its own layers, and verify models that it refers to by themselves.");

        ModelSigningException OtherKind(string member) => StoreErrors.ManifestInvalid.At($"'{member}' of the Kitfile in '{path}' is not what KitOps writes there.", path);
    }

    /// <summary>
    /// Refuses a layer of another type than KitOps writes. It passes over a layer of a kind that it does not know, reads a type by its beginning, and takes any sign for a
    /// point in it, so that a file here can be a tar to it.
    /// </summary>
    /// <exception cref="ModelSigningException"><see cref="StoreErrors.LayerTypeUnknown"/>.</exception>
    public static void RequireType(OciDescriptor layer, bool hasKitfile, string path)
    {
        string type = layer.MediaType;
        bool isOwn = type.StartsWith(Prefix, StringComparison.Ordinal);
        if (!isOwn && !hasKitfile)
        {
            return;
        }

        string? prefix = isOwn ? Prefix : OciManifest.ModelPackPrefixes.FirstOrDefault(known => type.StartsWith(known, StringComparison.Ordinal));
        int version = type.LastIndexOf(Version, StringComparison.Ordinal);
        if (prefix is null || version < prefix.Length || !(isOwn ? Kinds : ModelPackKinds).Contains(type[prefix.Length..version]) || !Packings.Contains(type[(version + Version.Length)..]))
        {
            throw StoreErrors.LayerTypeUnknown.At($"The layer {layer.Digest} in '{path}' has the type '{type}', which KitOps does not write.", path,
                cure: "Pack the model again with KitOps, or use a newer version of this module if a newer KitOps wrote the type.");
        }
    }

    private static bool IsOfGit(string path) => IgnoreList.GitPaths.Contains(OciManifest.Clean(path).Split('/')[0], StringComparer.OrdinalIgnoreCase);
}
