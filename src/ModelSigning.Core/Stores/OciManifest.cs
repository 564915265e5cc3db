using System.Text.Json;
using ModelSigning.Core.Attestations;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Models;
using static ModelSigning.Core.Stores.StoreDocument;

namespace ModelSigning.Core.Stores;

/// <summary>
/// A manifest of ModelPack, KitOps, Docker's models or ORAS: which files its layers are. A file's name is what ModelPack's annotation says, else the
/// Kitfile, else the title; a layer without a name is refused.
/// </summary>
internal static class OciManifest
{
    private const int MostLayers = 100_000;
    private const string ImageConfig = "application/vnd.oci.image.config.v1+json", DockerImageConfig = "application/vnd.docker.container.image.v1+json";
    private const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    private const string ConfigName = "config.json";
    private const string Unpack = "io.deis.oras.content.unpack";
    private const string ModelPackManifest = "application/vnd.cncf.model.manifest.v1+json", ModelPackConfig = "application/vnd.cncf.model.config.v1+json";

    /// <summary>The annotation by which ORAS writes a blob as a file.</summary>
    public const string Title = "org.opencontainers.image.title";

    /// <summary>How the types of ModelPack's layers begin, of today and of its drafts.</summary>
    public static readonly IReadOnlyList<string> ModelPackPrefixes = ["application/vnd.cncf.model.", "application/vnd.cnai.model."];
    private static readonly string[] PathKeys = ["org.cncf.model.filepath", "org.cnai.model.filepath"];
    private static readonly string[] ImageLayers =
    [
        "application/vnd.oci.image.layer.v1.tar", "application/vnd.oci.image.layer.nondistributable.v1.tar",
        "application/vnd.docker.image.rootfs.diff.tar", "application/vnd.docker.image.rootfs.foreign.diff.tar",
    ];

    private static readonly string[] TablePrefixes = ["containerd.io/snapshot/", "com.amazon.soci.", "io.containers.zstd-chunked.", "io.github.containers.zstd-chunked.", "io.containers.estargz."];

    private static readonly string[] ImageTypes = ["application/vnd.oci.image.manifest.v1+json", DockerManifest];

    // Of all documents that name other blobs. The last ones are a draft of OCI that ORAS reads, and Docker's first version.
    private static readonly string[] DocumentTypes =
    [
        .. ImageTypes, .. OciLayout.IndexTypes, "application/vnd.oci.artifact.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v1+json", "application/vnd.docker.distribution.manifest.v1+prettyjws",
    ];

    // Of an index, of an artifact manifest (a draft of OCI that ORAS reads), and of Docker's first version.
    private static readonly string[] OtherMembers = ["manifests", "blobs", "fsLayers"];

    /// <summary>Whether a manifest or an index is of the only version.</summary>
    public static bool HasVersion2(JsonElement root) =>
        root.TryGetProperty("schemaVersion", out JsonElement version) && version.ValueKind == JsonValueKind.Number && version.TryGetInt32(out int number) && number == 2;

    /// <summary>
    /// Refuses a document that is an index for some programs and a manifest for others: one with the members of both, or one that says about itself what the descriptor
    /// that leads to it does not.
    /// </summary>
    /// <exception cref="ModelSigningException"><see cref="StoreErrors.ManifestInvalid"/>.</exception>
    public static void RequireImage(JsonElement root, string mediaType, string source)
    {
        if (!ImageTypes.Contains(mediaType))
        {
            throw StoreErrors.ManifestInvalid.At($"'{source}' is of the type '{mediaType}', which is not an image manifest of OCI or Docker.", source);
        }

        RequireKind(root, mediaType, OtherMembers, source);
    }

    /// <inheritdoc cref="RequireImage"/>
    public static void RequireKind(JsonElement root, string mediaType, IReadOnlyList<string> foreign, string source)
    {
        if (root.TryGetProperty("mediaType", out JsonElement own) && (own.ValueKind != JsonValueKind.String || own.GetString() != mediaType))
        {
            throw StoreErrors.ManifestInvalid.At($"'{source}' declares another type than '{mediaType}', which its descriptor specifies.", source);
        }

        if (foreign.FirstOrDefault(member => root.TryGetProperty(member, out _)) is { } both)
        {
            throw StoreErrors.ManifestInvalid.At($"'{source}' mixes two kinds of documents: it also has the member '{both}' of the other kind.", source);
        }

        // ORAS writes what has a title as a file, and takes the bytes for a subject from a layer that has its digest.
        if (Subject(root, source) is { } subject)
        {
            RequireUntitled(subject, source);
        }
    }

    /// <summary>What a manifest or an index says that it is about; null for nothing.</summary>
    /// <exception cref="ModelSigningException">One of <see cref="StoreErrors"/>: the descriptor is not valid.</exception>
    public static OciDescriptor? Subject(JsonElement root, string source) =>
        root.TryGetProperty("subject", out JsonElement subject) && subject.ValueKind != JsonValueKind.Null ? OciDescriptor.Read(subject, source) : null;

    /// <summary>Refuses a manifest, an index or a subject that ORAS would itself write as a file, because its descriptor has a title.</summary>
    /// <exception cref="ModelSigningException"><see cref="StoreErrors.StoredNameInvalid"/>.</exception>
    public static void RequireUntitled(OciDescriptor document, string source)
    {
        if (document.Annotation(Title) is { } title)
        {
            throw StoreErrors.StoredNameInvalid.At(
                $"'{source}' gives the document {document.Digest} the title '{title}', under which ORAS writes it as a file beside those of the model.", source,
                cure: "Copy the model into a layout of its own with 'skopeo copy', which leaves titles of manifests out, or ask its publisher for one without them.");
        }
    }

    /// <summary>The layers and the configuration of a manifest.</summary>
    /// <exception cref="ModelSigningException"><see cref="StoreErrors.ManifestInvalid"/>, <see cref="StoreErrors.DescriptorInvalid"/>.</exception>
    public static (OciDescriptor Config, IReadOnlyList<OciDescriptor> Layers, IReadOnlyList<JsonElement> Elements) Descriptors(JsonElement manifest, string source)
    {
        if (!HasVersion2(manifest) || !manifest.TryGetProperty("config", out JsonElement config)
            || !manifest.TryGetProperty("layers", out JsonElement layers) || layers.ValueKind != JsonValueKind.Array || layers.GetArrayLength() is 0 or > MostLayers)
        {
            throw StoreErrors.ManifestInvalid.At($"A manifest in '{source}' has no configuration, no layers or too many of them.", source);
        }

        JsonElement[] elements = [.. layers.EnumerateArray()];
        (OciDescriptor head, OciDescriptor[] blobs) = (OciDescriptor.Read(config, source), [.. elements.Select(layer => OciDescriptor.Read(layer, source))]);
        return blobs.Prepend(head).FirstOrDefault(blob => DocumentTypes.Contains(blob.MediaType)) is { } document
            ? throw StoreErrors.ManifestInvalid.At(
                $"A manifest in '{source}' has {document.Digest} of the type '{document.MediaType}' as its configuration or as a layer. ORAS goes on to the files of that other manifest.", source,
                cure: "Do not use the model. Ask its publisher for one whose manifest has files alone.")
            : (head, blobs, elements);
    }

    /// <summary>Whether a manifest has what Docker's attestations have and nothing that a program would unpack or write as a file: in-toto statements without names.</summary>
    /// <exception cref="ModelSigningException"><see cref="StoreErrors.ManifestInvalid"/>, <see cref="StoreErrors.DescriptorInvalid"/>.</exception>
    public static bool IsAttestation(JsonElement manifest, string source) => manifest.TryGetProperty("layers", out _) && manifest.TryGetProperty("config", out _)
        && Descriptors(manifest, source) is var (config, layers, _) && config.MediaType is ImageConfig && layers.All(layer => layer.MediaType is InTotoStatement.MediaType)
        && layers.Append(config).All(blob => PathKeys.Append(Title).All(key => blob.Annotation(key) is null));

    private static bool IsTable(string annotation) => TablePrefixes.Any(prefix => annotation.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    // Layers with a table of their files, or with another blob, by which some programs mount them without reading the tar: eStargz, zstd:chunked, SOCI, overlaybd, nydus.
    private static void RefuseTables(JsonElement manifest, IEnumerable<OciDescriptor> layers, string path)
    {
        if (manifest.TryGetProperty("annotations", out JsonElement notes) && notes.ValueKind == JsonValueKind.Object && notes.EnumerateObject().Select(note => note.Name).FirstOrDefault(IsTable) is { } own)
        {
            throw StoreErrors.LayerTypeUnknown.At($"The manifest in '{path}' has a table of files ('{own}'), by which some programs read other bytes than its layers.", path,
                cure: "Do not use the model. Ask its publisher for one without such a table.");
        }

        foreach (OciDescriptor layer in layers)
        {
            if (layer.Annotations.Keys.FirstOrDefault(IsTable) is { } table)
            {
                throw StoreErrors.LayerTypeUnknown.At($"The layer {layer.Digest} in '{path}' has a table of its files ('{table}'), by which some programs read other bytes than its tar.", path,
                    cure: "Do not use the model. Ask its publisher for one whose layers are packed without such a table.");
            }
        }
    }

    /// <summary>Makes a model of a manifest of the type that the descriptor of it says.</summary>
    /// <exception cref="ModelSigningException">One of <see cref="StoreErrors"/>.</exception>
    public static ModelSource Read(JsonElement manifest, OciDescriptor chosen, BlobStore store, string path, string name, bool layersAsFiles, CancellationToken cancellationToken)
    {
        (OciDescriptor config, IReadOnlyList<OciDescriptor> layers, _) = Descriptors(manifest, path);
        RefuseTables(manifest, layers, path);
        if (layersAsFiles)
        {
            return AsGoReadsIt(chosen, config, layers, store, path, name, cancellationToken);
        }

        byte[] configuration = store.Blob(config).Read(OciLayout.MaximumLength, cancellationToken);
        IReadOnlyList<string>? diffIds = DiffIds.Of(config, configuration, layers.Count, path, cancellationToken);
        bool isKit = config.MediaType == Kitfile.ConfigType;
        Dictionary<string, string>? kit = (isKit ? configuration : Kitfile.OfAnnotation(manifest, path)) is { } kitfile ? Kitfile.Read(kitfile, layers, path, cancellationToken) : null;
        if (config.Annotation(Title) is not null && config.Annotation(Unpack) is not null)
        {
            throw StoreErrors.StoredNameInvalid.At($"The configuration {config.Digest} in '{path}' has the annotation '{Unpack}': ORAS unpacks it, and here it would be a file.", path);
        }

        // ORAS writes a configuration that has a title as a file.
        List<StoredFile> files = config.Annotation(Title) is { } title ? [new(Clean(title), store.Blob(config))] : [];
        List<PackedLayer> packed = [];
        bool isModelPack = Text(manifest, "artifactType") == ModelPackManifest;
        if (config.MediaType == ModelPackConfig && !isModelPack)
        {
            throw StoreErrors.ManifestInvalid.At(
                $"A manifest in '{path}' has the configuration of ModelPack and not its 'artifactType', so that Docker does not look at the names of its layers.", path,
                cure: $"Ask the model's publisher for one with the artifactType '{ModelPackManifest}', which ModelPack requires.");
        }

        RequireOneConvention(config, layers, isModelPack || DockerModel.HasPaths(config), kit is not null, path);
        // What a manifest of Docker's own describes is an image to podman, whatever the type of its configuration.
        bool isImageConfig = config.MediaType is ImageConfig or DockerImageConfig || chosen.MediaType == DockerManifest, hasImageLayers = isImageConfig && layers.Any(IsOfImage);
        List<(OciDescriptor Layer, string? Name)> roles = [];
        foreach ((int index, OciDescriptor layer) in layers.Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            string? named = DockerModel.IsTar(layer) && layer.Annotation(Title) is null ? "" : Name(layer, isKit ? kit : null, path);
            roles.Add((layer, DockerModel.IsTar(layer) ? null : named));
            if (kit is not null && !kit.ContainsKey(layer.Digest))
            {
                throw StoreErrors.LayerNameMissing.At($"The layer {layer.Digest} in '{path}' has no path in the Kitfile, so that KitOps does not unpack it.", path);
            }

            Kitfile.RequireType(layer, kit is not null, path);
            LayerPacking packing = Packing(layer, path);
            bool isImage = IsOfImage(layer);
            // modctl goes by the end of the type alone.
            if (packing == LayerPacking.Raw && isImage && (isModelPack || PathKeys.Any(key => layer.Annotation(key) is not null)))
            {
                throw StoreErrors.LayerTypeUnknown.At($"The layer {layer.Digest} in '{path}' is a file called '{named}' to ORAS, and has the type '{layer.MediaType}' of a tar, which ModelPack's tools unpack.", path,
                    cure: "Do not use the model. Ask its publisher for one whose files have ModelPack's own types.");
            }

            if (!isImage && hasImageLayers)
            {
                throw StoreErrors.LayerTypeUnknown.At($"The layer {layer.Digest} in '{path}' has the type '{layer.MediaType}', which containerd and Docker leave out of an image.", path);
            }

            // Whatever its type: podman unpacks each layer of such a manifest.
            if (packing == LayerPacking.Raw && (isImageConfig || (isImage && diffIds is not null)))
            {
                throw StoreErrors.StoredNameInvalid.At(
                    $"The layer {layer.Digest} in '{path}' is a file called '{named}' to ORAS, and a tar to what unpacks images, because its manifest is that of an image.", path,
                    cure: "Do not use the model. Ask its publisher for one with an OCI manifest whose configuration is not that of an image.");
            }

            if (named is null && !(isImage && packing != LayerPacking.Raw && kit is null))
            {
                throw StoreErrors.LayerNameMissing.At($"The layer {layer.Digest} of the type '{layer.MediaType}' in '{path}' has no name.", path);
            }

            if (packing != LayerPacking.Raw)
            {
                // Docker takes each layer of such manifests for a file, whatever its type says. ModelPack's own tars are for the tools that unpack them.
                bool isOwnTar = isModelPack && ModelPackPrefixes.Any(prefix => layer.MediaType.StartsWith(prefix, StringComparison.Ordinal));
                RequireOneReading(layer, config.MediaType == DockerModel.FilesConfig || (isModelPack && !isOwnTar), path);
            }

            string? diffId = diffIds?[index];
            if (packing is LayerPacking.Raw or LayerPacking.Tar)
            {
                DiffIds.Require(diffId, layer.Digest, layer, path);
            }

            string clean = named ?? "";
            if (packing == LayerPacking.Raw)
            {
                files.Add(new(clean, store.Blob(layer)));
            }
            else
            {
                // Programs join such a path in ways of their own.
                if (clean.Length > 0 && !ResourceName.IsCanonical(clean))
                {
                    throw StoreErrors.StoredNameInvalid.At($"The files of the layer {layer.Digest} in '{path}' lie at '{clean}', which is not a plain path.", path);
                }

                packed.Add(new(store.Blob(layer), packing, clean, layer.Annotation(Title) is null, isImage || isImageConfig, diffId));
            }
        }

        DockerModel.RequireRoles(config, isModelPack, roles, path);
        // Docker runs the first layer of a type, and KitOps what the Kitfile points to, which is not signed.
        bool addedFilesReplace = isModelPack || kit is not null || DockerModel.IsOfDocker(config, layers);
        return new StoredModel(ModelStores.Oci, path, name, chosen.Digest, files, packed, addedFilesReplace, kit is null ? null : "Kitfile");
    }

    private static bool IsOfImage(OciDescriptor layer) => ImageLayers.Any(type => layer.MediaType.StartsWith(type, StringComparison.Ordinal));

    // A tool that goes by one of the annotations passes over the layers that do not have it, and the model lacks those files there.
    private static void RequireOneConvention(OciDescriptor config, IReadOnlyList<OciDescriptor> layers, bool hasPaths, bool hasKitfile, string path)
    {
        if (config.Annotation(Title) is { } title && (hasPaths || hasKitfile || layers.Any(layer => PathKeys.Any(key => layer.Annotation(key) is not null))))
        {
            throw StoreErrors.StoredNameInvalid.At(
                $"The configuration {config.Digest} in '{path}' is a file called '{title}' to ORAS, and none of the model's files to the tools that name layers otherwise.", path);
        }

        foreach (string key in (string[])[.. PathKeys, Title])
        {
            bool isUsed = layers.Any(layer => layer.Annotation(key) is not null) || (key == Title && config.Annotation(key) is not null) || (key == PathKeys[0] && hasPaths);
            if (isUsed && layers.FirstOrDefault(layer => string.IsNullOrEmpty(layer.Annotation(key))) is { } unnamed)
            {
                throw StoreErrors.LayerNameMissing.At(
                    $"The layer {unnamed.Digest} in '{path}' does not have the annotation '{key}', by which this model names its files, so that tools pass over the layer.", path);
            }
        }
    }

    // The file that another tool makes of a tar could have the name of one in it, and would be another.
    private static void RequireOneReading(OciDescriptor layer, bool isFileToDocker, string path)
    {
        (string Tool, string Key)? other = layer.Annotation(Title) is not null && layer.Annotation(Unpack) != "true" ? ("ORAS", Title)
            : isFileToDocker && layer.Annotation(PathKeys[0]) is not null ? ("Docker", PathKeys[0]) : null;
        if (other is ({ } tool, { } key))
        {
            throw StoreErrors.StoredNameInvalid.At(
                $"The layer {layer.Digest} in '{path}' is a file called '{layer.Annotation(key)}' to {tool} by its annotation '{key}', and a tar to what unpacks the type '{layer.MediaType}'.", path,
                cure: $"Do not use the model. Ask its publisher for one whose layers are files as they are, or that has tars of ModelPack without the annotation '{Title}'.");
        }
    }

    // The resources that the Go implementation makes of a manifest: a file for the configuration, and one for each layer as it lies in the registry.
    private static StoredModel AsGoReadsIt(
        OciDescriptor chosen, OciDescriptor config, IReadOnlyList<OciDescriptor> layers, BlobStore store, string path, string name, CancellationToken cancellationToken)
    {
        if (layers.Append(config).FirstOrDefault(blob => blob.Algorithm != "sha256") is { } other)
        {
            throw StoreErrors.LayerTypeUnknown.At($"The blob {other.Digest} does not have a SHA-256 digest, which the statement requires.", path);
        }

        // ORAS goes by titles as well: it writes the configuration under its own, and unpacks what is said to be a tar.
        if (config.Annotation(Title) is { } title && title != ConfigName)
        {
            throw StoreErrors.StoredNameInvalid.At($"The configuration {config.Digest} in '{path}' is a file called '{title}' to ORAS, and is signed as '{ConfigName}'.", path);
        }

        if (layers.Append(config).FirstOrDefault(blob => blob.Annotation(Unpack) is not null && !IsOfImage(blob)) is { } unpacked)
        {
            throw StoreErrors.LayerTypeUnknown.At($"The blob {unpacked.Digest} in '{path}' has the annotation '{Unpack}', and its type '{unpacked.MediaType}' is not a tar.", path);
        }

        // A layer called config.json has the name of the configuration, and is refused as a name that is there twice.
        return new(ModelStores.OciLayers, path, name, chosen.Digest, [new(ConfigName, store.Blob(config)), .. layers.Select((layer, index) => new StoredFile(NameByPlace(layer, index, path), Blob(layer)))], [], addedFilesReplace: true);

        Blob Blob(OciDescriptor layer)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return store.Blob(layer);
        }
    }

    // With the title of another place two layers could change places, and the one that is unpacked last would be another one.
    private static string NameByPlace(OciDescriptor layer, int index, string path)
    {
        string own = Invariant($"layer_{index:000}.tar.gz");
        return layer.Annotation(Title) is not { } title || title == own ? own
            : IsPlaceName(title) ? throw StoreErrors.StoredNameInvalid.At($"The layer {layer.Digest} in '{path}' has the title '{title}', which is the name of a layer at another place.", path)
            : title;
    }

    // In whatever case: file systems may take one for the other.
    private static bool IsPlaceName(string title)
    {
        const string start = "layer_", end = ".tar.gz";
        return title.Length > start.Length + end.Length && title.StartsWith(start, StringComparison.OrdinalIgnoreCase) && title.EndsWith(end, StringComparison.OrdinalIgnoreCase)
            && !title.AsSpan(start.Length..^end.Length).ContainsAnyExceptInRange('0', '9');
    }

    // Each tool looks at one of them, and writes the file under that name.
    private static string? Name(OciDescriptor layer, Dictionary<string, string>? kit, string path)
    {
        string[] names = [.. PathKeys.Select(layer.Annotation).Append(kit?.GetValueOrDefault(layer.Digest)).Append(layer.Annotation(Title)).OfType<string>().Select(Clean).Distinct(StringComparer.Ordinal)];
        return names.Length < 2 ? names.FirstOrDefault() : throw StoreErrors.StoredNameInvalid.At(
            $"The layer {layer.Digest} in '{path}' has the names '{names[0]}' and '{names[1]}': some tools write it as one, and some as the other.", path);
    }

    /// <summary>A name of a layer as the names in its tar are written: without <c>./</c> before it and a slash after it; empty for the folder itself.</summary>
    public static string Clean(string name)
    {
        string clean = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
        return clean is "." ? "" : clean.TrimEnd('/');
    }

    // ORAS gives single files the type of an image's layer, not compressed, and says about a folder that it is to be unpacked. ORAS for Python unpacks what has the compressed type, whatever is said.
    private static LayerPacking Packing(OciDescriptor layer, string path)
    {
        string type = layer.MediaType;
        bool isFile = layer.Annotation(Title) is not null && layer.Annotation(Unpack) != "true"
            && IsOfImage(layer) && type.EndsWith(".tar", StringComparison.Ordinal);
        return isFile ? LayerPacking.Raw
            : type.EndsWith(".tar", StringComparison.Ordinal) ? LayerPacking.Tar
            : type.EndsWith(".tar+gzip", StringComparison.Ordinal) || type.EndsWith(".tar.gzip", StringComparison.Ordinal) ? LayerPacking.Gzip
            : type.EndsWith(".tar+zstd", StringComparison.Ordinal) || type.EndsWith(".tar.zstd", StringComparison.Ordinal) ? LayerPacking.Zstd
            : type.EndsWith("+gzip", StringComparison.Ordinal) || type.EndsWith("+zstd", StringComparison.Ordinal) || type.Contains(".tar+", StringComparison.Ordinal)
                ? throw StoreErrors.LayerTypeUnknown.At($"The layer {layer.Digest} in '{path}' has the type '{type}'.", path)
            : layer.Annotation(Unpack) == "true"
                ? throw StoreErrors.LayerTypeUnknown.At($"The layer {layer.Digest} in '{path}' is to be unpacked, and its type '{type}' is not a tar.", path)
            : LayerPacking.Raw;
    }
}
