using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Stores;

/// <summary>The stores that models are read from where they lie.</summary>
public static class ModelStores
{
    /// <summary>The cache of the Hugging Face hub.</summary>
    public const string HuggingFace = "HuggingFace";

    /// <summary>An OCI image layout.</summary>
    public const string Oci = "Oci";

    /// <summary>An OCI image layout, each layer one file as the Go implementation of OMS reads a manifest.</summary>
    public const string OciLayers = "OciLayers";

    /// <summary>The store of ollama.</summary>
    public const string Ollama = "Ollama";

    /// <summary>Opens a model.</summary>
    /// <param name="kind">The kind of the store; null for a plain folder or file. A store is never guessed.</param>
    /// <param name="path">The model's path or the store's.</param>
    /// <param name="revision">Which model or version of the store; null for its default.</param>
    /// <param name="currentDirectory">The full path that a relative path starts at.</param>
    /// <param name="allowSymlinks">Whether the caller allows symbolic links, which says something of plain folders only.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="Errors.ModelSigningException">One of <see cref="StoreErrors"/> or <see cref="ModelErrors"/>.</exception>
    public static ModelSource Open(string? kind, string path, string? revision, string currentDirectory, bool allowSymlinks, CancellationToken cancellationToken = default) =>
        Open(kind, path, revision, currentDirectory, allowSymlinks, FileSystemRules.Current, progress: null, cancellationToken);

    /// <inheritdoc cref="Open(string?, string, string?, string, bool, CancellationToken)"/>
    /// <param name="kind">The kind of the store; null for a plain folder or file. A store is never guessed.</param>
    /// <param name="path">The model's path or the store's.</param>
    /// <param name="revision">Which model or version of the store; null for its default.</param>
    /// <param name="currentDirectory">The full path that a relative path starts at.</param>
    /// <param name="allowSymlinks">Whether the caller allows symbolic links, which says something of plain folders only.</param>
    /// <param name="rules">How the file system reads names.</param>
    /// <param name="progress">How far the opening of a large tar is; null where nobody looks.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    internal static ModelSource Open(
        string? kind, string path, string? revision, string currentDirectory, bool allowSymlinks, FileSystemRules rules, HashProgress? progress, CancellationToken cancellationToken)
    {
        if (kind is null)
        {
            return revision is null ? ModelSource.Plain(path, currentDirectory) : throw StoreErrors.RevisionInvalid.At(
                $"'{path}' is read as a plain folder or file, which has no revision '{revision}'.", path, cure: "Use -Source to name the store, or omit -Revision.");
        }

        if (allowSymlinks)
        {
            throw StoreErrors.SymlinksOfStore.At($"-Source {kind} and -AllowSymlink cannot be used together for '{path}'.", path);
        }

        return kind.ToUpperInvariant() switch
        {
            "HUGGINGFACE" => HuggingFaceCache.Find(path, revision, currentDirectory),
            "OCI" => OciLayout.Find(path, revision, currentDirectory, layersAsFiles: false, progress, cancellationToken),
            "OCILAYERS" => OciLayout.Find(path, revision, currentDirectory, layersAsFiles: true, progress, cancellationToken),
            "OLLAMA" => OllamaStore.Find(path, revision, currentDirectory, rules, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a store."),
        };
    }
}
