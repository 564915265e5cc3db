using System.Security.Cryptography;
using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Stores;

/// <summary>
/// A model in the store of ollama (the folder that <c>OLLAMA_MODELS</c> names). Its files have no names there: each is called after its layer's
/// media type, so <c>model</c>, <c>template</c>, <c>params</c>, and <c>license-2</c> for a second one; the configuration is <c>config</c>. Tensors and JSON files have names.
/// </summary>
internal static class OllamaStore
{
    private const string Prefix = "application/vnd.ollama.image.", ManifestType = "application/vnd.docker.distribution.manifest.v2+json", Prompt = "prompt", Template = "template";

    // The layers that have a name of their own, and all that ollama knows: it passes over a layer of any other type.
    private static readonly string[] Named = ["tensor", "json"];
    private static readonly string[] Types = ["model", "adapter", "projector", Prompt, Template, "system", "params", "messages", "license", "draft", "embed", .. Named];
    private static readonly string[] FileNames = ["config", .. Types];

    private static readonly InputRules Rules = new("manifest of ollama", OciLayout.MaximumLength, StoreErrors.ManifestInvalid);

    /// <summary>Finds a model.</summary>
    /// <param name="path">The store's folder.</param>
    /// <param name="revision"><c>[HOST/][NAMESPACE/]NAME[:TAG]</c>, as ollama writes it; by default the tag is <c>latest</c>.</param>
    /// <param name="currentDirectory">The full path that a relative path starts at.</param>
    /// <param name="rules">How the file system reads names.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException">One of <see cref="StoreErrors"/>.</exception>
    public static ModelSource Find(string path, string? revision, string currentDirectory, FileSystemRules rules, CancellationToken cancellationToken)
    {
        string full = ModelLocation.FullPath(path, currentDirectory);
        if (ModelLocation.StatusOf(Path.Join(full, OllamaName.Folder)).Kind != FileKind.Directory || ModelLocation.StatusOf(Path.Join(full, "blobs")).Kind != FileKind.Directory)
        {
            throw StoreErrors.StoreNotRecognised.At(
                $"'{full}' is not a store of ollama: it does not have the folders 'blobs' and 'manifests'.", full, cure: "Specify the folder that OLLAMA_MODELS names, ~/.ollama/models unless it is set.");
        }

        string name = revision ?? throw StoreErrors.RevisionAmbiguous.At($"No model of the store '{full}' was named.", full, cure: "Specify NAME:TAG with -Revision, as 'ollama list' writes it.");
        BlobStore store = BlobStore.Open(full, null, cancellationToken);
        byte[] bytes = OllamaName.Parse(name, full, rules).ReadManifest(store, full, cancellationToken);
        using JsonDocument manifest = StoreDocument.Parse(bytes, $"the manifest of {name} in {full}", Rules, cancellationToken);
        // A list of manifests has one for each of ollama's engines, which says nothing of the model beside it.
        OciManifest.RequireImage(manifest.RootElement, ManifestType, $"the manifest of {name} in {full}");
        (OciDescriptor config, IReadOnlyList<OciDescriptor> layers, IReadOnlyList<JsonElement> elements) = OciManifest.Descriptors(manifest.RootElement, full);
        Blob configuration = At(config);
        RefuseRemote(configuration.Read(OciLayout.MaximumLength, cancellationToken), name, full, cancellationToken);
        List<StoredFile> files = [new("config", configuration)];
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        for (int index = 0; index < layers.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string type = Type(layers[index], full);
            if (Named.Contains(type) && elements[index].TryGetProperty("name", out JsonElement given) && given.ValueKind == JsonValueKind.String && given.GetString() is { Length: > 0 } own)
            {
                if (!IgnoreList.IsModelFileName(own))
                {
                    throw StoreErrors.StoredNameInvalid.At($"The layer {layers[index].Digest} of {name} in '{full}' is called '{own}', as signatures are.", full);
                }

                // Not counted, so that two of one name are refused: of JSON files ollama takes the first, and the second could be called as a third one is.
                files.Add(new(Distinct(own, full), At(layers[index])));
                continue;
            }

            int count = counts[type] = counts.GetValueOrDefault(type) + 1;
            files.Add(new(count == 1 ? type : Invariant($"{type}-{count}"), At(layers[index])));
        }

        if (counts.ContainsKey(Prompt) && counts.ContainsKey(Template))
        {
            throw StoreErrors.ManifestInvalid.At(
                $"The manifest of {name} in '{full}' has layers of the types '{Prompt}' and '{Template}', which are one for ollama: it takes the last of them.", full, cure: "Create the model again with 'ollama create'.");
        }

        return new StoredModel(ModelStores.Ollama, full, name, "sha256:" + Hexadecimal.Write(SHA256.HashData(bytes)), files, [], addedFilesReplace: true);

        Blob At(OciDescriptor descriptor)
        {
            RequireNoOldName(full, descriptor.Digest);
            return store.Blob(descriptor, $"blobs/{descriptor.Algorithm}-{descriptor.Encoded}");
        }
    }

    // When ollama's server starts it renames what has a blob's old name, and puts it in the blob's place. Windows has no such names.
    private static void RequireNoOldName(string root, string digest)
    {
        string old = Path.Join(root, "blobs", digest);
        if (!OperatingSystem.IsWindows() && ModelLocation.StatusOf(old).Kind != FileKind.Missing)
        {
            throw StoreErrors.StoredNameTwice.At($"'{old}' has the old name of a blob, which ollama replaces with it when its server starts.", old, cure: "Do not use the model. Delete this file, and verify again.");
        }
    }

    // With a name and a host ollama sends all prompts there, and opens none of the files that were signed.
    private static void RefuseRemote(byte[] configuration, string name, string store, CancellationToken cancellationToken)
    {
        if (!configuration.AsSpan().TrimStart(" \t\r\n"u8).StartsWith("{"u8))
        {
            return;
        }

        using JsonDocument document = StrictJson.Parse(configuration, $"the configuration of {name} in {store}", Rules, cancellationToken);
        foreach (string member in (string[])["remote_model", "remote_host"])
        {
            StoreDocument.RequireSpelling(document.RootElement, member, $"the configuration of {name} in {store}");
            if (StoreDocument.Text(document.RootElement, member) is { Length: > 0 } remote)
            {
                throw StoreErrors.ManifestInvalid.At($"The configuration of {name} in '{store}' has the {member} '{remote}': ollama runs that model there, and not the one in the store.", store,
                    cure: "A model that runs on another machine cannot be verified here. Pull one that has its weights.");
            }
        }
    }

    // One of another type could have the name of a signed layer's file, as 'model-2' has, and would not be loaded.
    private static string Type(OciDescriptor layer, string store) =>
        layer.MediaType.StartsWith(Prefix, StringComparison.Ordinal) && layer.MediaType[Prefix.Length..] is var type && Types.Contains(type) ? type
            : throw StoreErrors.LayerTypeUnknown.At(
                $"The layer {layer.Digest} in '{store}' has the type '{layer.MediaType}', which is not one of those that ollama reads.", store,
                cure: "Create the model again with 'ollama create', or use a newer version of this module if a newer ollama wrote the type.");

    // The type says what ollama does with a layer. A name that looks like a type would pass one off as another.
    private static string Distinct(string name, string store)
    {
        int dash = name.LastIndexOf('-');
        string type = dash > 0 && !name.AsSpan(dash + 1).ContainsAnyExceptInRange('0', '9') ? name[..dash] : name;
        return !FileNames.Contains(type) ? name : throw StoreErrors.StoredNameInvalid.At($"A tensor or file of a model in '{store}' is called '{name}', as another layer would be.", store);
    }
}
