using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Stores;

/// <summary>
/// The digests that a configuration gives the layers as they are unpacked, in their order (OCI image specification, config.md: <c>rootfs.diff_ids</c>; ModelPack: <c>modelfs.diffIds</c>; Docker's models: <c>files[].diffID</c>).
/// Docker and containerd look for them among what they have already, and do not read a layer that they find there, so that a digest of another layer would put that one in its place.
/// </summary>
internal static class DiffIds
{
    private static readonly InputRules Rules = new("configuration", OciLayout.MaximumLength, StoreErrors.ManifestInvalid);

    /// <summary>Reads them.</summary>
    /// <param name="config">The configuration's descriptor.</param>
    /// <param name="configuration">Its bytes.</param>
    /// <param name="layers">How many layers the manifest has.</param>
    /// <param name="path">The layout.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>A digest for each layer; null where the configuration lists none.</returns>
    /// <exception cref="ModelSigningException"><see cref="StoreErrors.ManifestInvalid"/>: it lists them in two ways, not one for each layer, or in a form that programs read in different ways.</exception>
    public static IReadOnlyList<string>? Of(OciDescriptor config, ReadOnlyMemory<byte> configuration, int layers, string path, CancellationToken cancellationToken)
    {
        // Programs find members only in objects.
        if (!configuration.Span.TrimStart(" \t\r\n"u8).StartsWith("{"u8))
        {
            return null;
        }

        string source = $"{config.Digest} in {path}";
        using JsonDocument document = StrictJson.Parse(configuration, source, Rules, cancellationToken);
        string[][] lists =
        [
            .. Member(document.RootElement, "rootfs", source) is { } files ? Texts(Member(files, "diff_ids", source)) : [],
            .. Member(document.RootElement, "modelfs", source) is { } model ? Texts(Member(model, "diffIds", source)) : [],
            .. config.MediaType == DockerModel.FilesConfig && Member(document.RootElement, "files", source) is { ValueKind: JsonValueKind.Array } entries
                ? [[.. entries.EnumerateArray().Select(entry => Member(entry, "diffID", source) is { ValueKind: JsonValueKind.String } digest ? digest.GetString()! : "")]] : (string[][])[],
        ];
        string[][] used = [.. lists.Where(list => list.Length > 0)];
        return used.All(list => list.Length == layers && list.AsSpan().SequenceEqual(used[0])) ? used.FirstOrDefault()
            : throw StoreErrors.ManifestInvalid.At($"The configuration {source} does not list one digest for each of the {layers} layers as it is unpacked.", path);

        static string[][] Texts(JsonElement? list) =>
            list is { ValueKind: JsonValueKind.Array } array ? [[.. array.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : "")]] : [];
    }

    /// <summary>Refuses a layer that unpacks to something else than its configuration says.</summary>
    /// <param name="listed">What the configuration says; null for nothing.</param>
    /// <param name="unpacked">The digest of what it unpacks to.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="path">The layout.</param>
    /// <exception cref="ModelSigningException"><see cref="StoreErrors.ManifestInvalid"/>.</exception>
    public static void Require(string? listed, string unpacked, OciDescriptor layer, string path)
    {
        if (listed is not null && listed != unpacked)
        {
            throw StoreErrors.ManifestInvalid.At(
                $"The configuration in '{path}' says that the layer {layer.Digest} unpacks to '{listed}', and it unpacks to {unpacked}. Docker and containerd take another layer for it that they have by that digest.", path,
                cure: "Do not use the model. Ask its publisher to package it again.");
        }
    }

    private static JsonElement? Member(JsonElement element, string name, string source)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        StoreDocument.RequireSpelling(element, name, source);
        return element.TryGetProperty(name, out JsonElement value) ? value : null;
    }
}
