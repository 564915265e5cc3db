using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Stores;

/// <summary>
/// What Docker's model runner makes of the layers of its own manifests. It finds the model, the chat template and the projector by the types of layers, which are not signed;
/// in manifests before version 0.2 it also gives them names of its own. So a type must be the one that Docker itself gives to a file of that name, and no file may change places with another.
/// </summary>
internal static class DockerModel
{
    private const string Prefix = "application/vnd.docker.ai.", FirstConfig = Prefix + "model.config.v0.1+json";
    private const string Gguf = Prefix + "gguf.v3", Safetensors = Prefix + "safetensors", Dduf = Prefix + "dduf", Template = Prefix + "chat.template.jinja", Projector = Prefix + "mmproj";
    private const string License = Prefix + "license", File = Prefix + "model.file", Folder = Prefix + "dir.tar", Settings = Prefix + "vllm.config.tar";

    // ModelPack's types by which Docker finds a model as well.
    private const string PackedGguf = "application/vnd.cncf.model.weight.v1.gguf", PackedSafetensors = "application/vnd.cncf.model.weight.v1.safetensors";

    // A weight of no certain form, of which Docker runs the first whatever it is called.
    private const string PackedRaw = "application/vnd.cncf.model.weight.v1.raw";

    // Docker's own words for licenses, and the types that say what a file is for.
    private static readonly string[] LicenseWords = ["license", "licence", "copying", "notice"];
    private static readonly string[] Roles = [Gguf, Safetensors, Dduf, Template, Projector];
    private static readonly string[] Weights = [Gguf, Safetensors, Dduf];
    private static readonly string[] Known = [.. Roles, License, File, Folder, Settings];

    /// <summary>Of models of which each layer is one file.</summary>
    public const string FilesConfig = Prefix + "model.config.v0.2+json";

    /// <summary>Whether a configuration is one of Docker's, whose layers have file paths.</summary>
    public static bool HasPaths(OciDescriptor config) => config.MediaType is FirstConfig or FilesConfig;

    /// <summary>Whether a manifest is one of Docker's models, by its configuration or a layer's type.</summary>
    public static bool IsOfDocker(OciDescriptor config, IReadOnlyList<OciDescriptor> layers) => HasPaths(config) || layers.Any(layer => layer.MediaType.StartsWith(Prefix, StringComparison.Ordinal));

    /// <summary>Whether a layer is a tar that Docker unpacks into the model's folder. Its file path is the name that the tar had when it was packed.</summary>
    public static bool IsTar(OciDescriptor layer) => layer.MediaType is Folder or Settings;

    /// <summary>Refuses a manifest of which Docker would load other files than the signed names say.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="isModelPack">Whether the manifest is one of ModelPack, which Docker reads as it does its version 0.2.</param>
    /// <param name="layers">The layers, each with its name; null for a tar of Docker's.</param>
    /// <param name="path">The layout.</param>
    /// <exception cref="ModelSigningException"><see cref="StoreErrors.LayerTypeUnknown"/>, <see cref="StoreErrors.StoredNameInvalid"/>.</exception>
    public static void RequireRoles(OciDescriptor config, bool isModelPack, IReadOnlyList<(OciDescriptor Layer, string? Name)> layers, string path)
    {
        bool isNamed = isModelPack || config.MediaType == FilesConfig;
        if (config.MediaType == FilesConfig && layers.FirstOrDefault(layer => !Known.Contains(TypeOf(layer.Layer, isNamed))) is { Layer: { } unknown })
        {
            throw StoreErrors.LayerTypeUnknown.At($"The layer {unknown.Digest} in '{path}' has the type '{unknown.MediaType}', which Docker does not give to files of its models, so that it has no role there, or that of another one.", path);
        }

        // Of several it runs the first one, and no projector is a model.
        if (isNamed && layers.Where(layer => TypeOf(layer.Layer, isNamed) == Gguf).ToArray() is [{ Name: { } head, Layer: { } front }, .. { Length: > 0 } others] && IsProjector(head) && others.Any(one => !IsProjector(one.Name ?? "")))
        {
            throw Refusal(front, head, "but Docker runs it as the model, because it comes before the others", path);
        }

        // A folder's are files like others, and whoever packs one by itself says what it is: where both are there, either could be the one.
        if (isNamed && layers.Any(layer => layer.Layer.MediaType == Projector) && layers.FirstOrDefault(layer => layer.Name is { } name && RolesOf(name, isNamed).Contains(Projector) && layer.Layer.MediaType != Projector) is { Layer: { } file, Name: { } also })
        {
            throw Refusal(file, also, "which could be the projector as well as the file that has its type", path);
        }

        foreach ((OciDescriptor layer, string? name) in layers)
        {
            string type = TypeOf(layer, isNamed);
            if (name is not null && type.StartsWith(Prefix, StringComparison.Ordinal) && !IsTar(layer)
                && RolesOf(name, isNamed) is var roles && (roles.Length > 0 || Roles.Contains(type)) && !roles.Contains(type))
            {
                throw Refusal(layer, name, "but Docker gives that type to other files, and loads them by their types", path);
            }
        }

        // Among weights of a certain form it would be the model, if it comes first.
        if (isNamed && layers.Any(layer => Weights.Contains(TypeOf(layer.Layer, isNamed))) && layers.FirstOrDefault(layer => layer.Layer.MediaType == PackedRaw) is { Layer: { } raw } one)
        {
            throw Refusal(raw, one.Name ?? "", "but other weights of the model have the type of their form, and Docker runs the first weight whatever it is called", path);
        }

        // One that has its role by its name alone would not be loaded beside one that has it by its type.
        foreach (string role in isNamed ? Roles : [])
        {
            if (layers.Any(layer => TypeOf(layer.Layer, isNamed) == role)
                && layers.FirstOrDefault(one => one.Name is { } name && RolesOf(name, isNamed) is var roles && roles.Contains(role) && !roles.Contains(TypeOf(one.Layer, isNamed))) is { Layer: { } passed, Name: { } called })
            {
                throw Refusal(passed, called, "but Docker loads a file of another type in its place", path);
            }
        }

        // By their order, which is not signed, or not at all.
        foreach (string single in (string[])[Dduf, Template, Projector])
        {
            if (layers.Where(layer => layer.Layer.MediaType == single).Skip(1).FirstOrDefault() is { Layer: { } second })
            {
                throw StoreErrors.StoredNameInvalid.At($"The layer {second.Digest} in '{path}' is the second one of the type '{single}', of which Docker takes one.", path);
            }
        }

        if (!isNamed && IsOfDocker(config, [.. layers.Select(layer => layer.Layer)]))
        {
            RequireFirstVersion(layers, path);
        }
    }

    private static bool IsProjector(string name) => name[(name.LastIndexOf('/') + 1)..].Contains("mmproj", StringComparison.OrdinalIgnoreCase);

    private static string TypeOf(OciDescriptor layer, bool isNamed) => !isNamed ? layer.MediaType : layer.MediaType switch
    {
        PackedGguf => Gguf,
        PackedSafetensors => Safetensors,
        _ => layer.MediaType,
    };

    // Docker passes over the names of version 0.1, over types that it does not know, and over all files of a role of which it expects one.
    private static void RequireFirstVersion(IReadOnlyList<(OciDescriptor Layer, string? Name)> layers, string path)
    {
        if (layers.FirstOrDefault(layer => !Known.Contains(layer.Layer.MediaType)) is { Layer: { } unknown })
        {
            throw StoreErrors.LayerTypeUnknown.At($"The layer {unknown.Digest} in '{path}' has the type '{unknown.MediaType}', which Docker does not load from its models of version 0.1.", path);
        }

        string[] weights = [.. Weights.Where(role => layers.Any(layer => layer.Layer.MediaType == role))];
        if (weights.Length > 1)
        {
            throw StoreErrors.StoredNameInvalid.At($"The model of Docker in '{path}' has weights of the types '{weights[0]}' and '{weights[1]}', of which Docker loads one alone.", path);
        }

        if (layers.Where(layer => layer.Layer.MediaType == Settings).Skip(1).FirstOrDefault() is { Layer: { } other })
        {
            throw StoreErrors.StoredNameInvalid.At($"The layer {other.Digest} in '{path}' is the second one of the type '{Settings}', of which Docker expects one.", path);
        }

        (OciDescriptor Layer, string? Name)[] models = [.. layers.Where(layer => layer.Layer.MediaType == Gguf)];
        HashSet<string> names = new(layers.Select(layer => layer.Name).OfType<string>(), StringComparer.OrdinalIgnoreCase);
        bool hasTars = layers.Any(layer => IsTar(layer.Layer));
        int place = -1;
        foreach ((OciDescriptor layer, string? name) in layers)
        {
            if (name is null)
            {
                continue;
            }

            if (layer.MediaType == License && !IsLicense(name))
            {
                throw Refusal(layer, name, "but Docker leaves out what has this type, and no license is called so", path);
            }

            place += layer.MediaType == Gguf ? 1 : 0;
            if (layer.MediaType == Gguf && models.Length > 1 && name != Stem(models[0].Name!) + Shard(place, models.Length))
            {
                throw Refusal(layer, name, $"but Docker takes it for the part '{Shard(place, models.Length)}' of the model by its place in the manifest", path);
            }

            // A file in a tar, or another layer, could have the name that Docker gives to this one.
            string written = layer.MediaType switch
            {
                Gguf => models.Length == 1 ? "model.gguf" : "model" + Shard(place, models.Length),
                Dduf => $"{layer.Encoded}.dduf",
                Projector => "model.mmproj",
                Template => "template.jinja",
                _ => name,
            };
            if (written != name && (hasTars || names.Contains(written)))
            {
                throw Refusal(layer, name, $"but Docker writes it as '{written}', and the model has other files that can be called so", path);
            }
        }
    }

    private static string Shard(int place, int count) => Invariant($"-{place + 1:D5}-of-{count:D5}.gguf");

    // What is before the number of a part; all of it where there is none.
    private static string Stem(string name) => name[..Math.Max(name.Length - Shard(0, 1).Length, 0)];

    // By the name alone, as Docker does when it packs a folder. Whoever packs a projector says that it is one; a folder's are files like others.
    private static string[] RolesOf(string name, bool isNamed)
    {
        string file = name[(name.LastIndexOf('/') + 1)..];
        return Ends(".gguf") || (Has("mmproj") && !Ends(".safetensors") && !Ends(".dduf") && !Ends(".jinja"))
            ? !Has("mmproj") ? [Gguf] : !isNamed ? [Projector] : Ends(".gguf") ? [Projector, Gguf, File] : [Projector, File]
            : Ends(".safetensors") ? [Safetensors]
            : Ends(".dduf") ? [Dduf]
            : Ends(".jinja") || Has("chat_template") ? [Template]
            : [];

        bool Ends(string ending) => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase);
        bool Has(string word) => file.Contains(word, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsLicense(string name) => LicenseWords.Any(word => name[(name.LastIndexOf('/') + 1)..].Contains(word, StringComparison.OrdinalIgnoreCase));

    private static ModelSigningException Refusal(OciDescriptor layer, string name, string why, string path) => StoreErrors.StoredNameInvalid.At(
        $"The layer {layer.Digest} of the type '{layer.MediaType}' in '{path}' is called '{name}', {why}.", path,
        cure: "Ask the model's publisher to pack its folder with 'docker model package --safetensors-dir', or give its files the names that Docker gives them, such as 'model.gguf'.");
}
