using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Formats;

/// <summary>
/// The index of a model in shards (<c>model.safetensors.index.json</c>, <c>pytorch_model.bin.index.json</c>): which file each tensor is in. The
/// names of the files come from outside, and only plain names beside the index are accepted.
/// </summary>
internal sealed class TensorIndex
{
    /// <summary>What the name of an index ends with.</summary>
    public const string FileNameEnd = ".index.json";

    /// <summary>The largest index that is read, in bytes: 100 MB.</summary>
    public const int MaximumLength = 100_000_000;

    private static readonly InputRules Rules = new("index", MaximumLength, FormatErrors.TensorIndexInvalid)
    {
        TooLarge = FormatErrors.TensorIndexTooLarge,
        MaximumMembers = 1_000_000,
    };

    private TensorIndex(IReadOnlyDictionary<string, string> files, string? totalSize, string? totalParameters, string source)
    {
        Files = files;
        Shards = [.. files.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        TotalSize = totalSize;
        TotalParameters = totalParameters;
        Source = source;
    }

    /// <summary>The name of the file that each tensor is in, by the tensor's name: <c>weight_map</c>.</summary>
    public IReadOnlyDictionary<string, string> Files { get; }

    /// <summary>The files, each once, sorted by name.</summary>
    public IReadOnlyList<string> Shards { get; }

    /// <summary>How many bytes the tensors have together, as the index writes it: old files have a float or a wrong number; null where it does not say.</summary>
    public string? TotalSize { get; }

    /// <summary>How many elements the tensors have together, as the index writes it; null where it does not say.</summary>
    public string? TotalParameters { get; }

    private string Source { get; }

    /// <summary>Reads an index.</summary>
    /// <param name="utf8">Its bytes.</param>
    /// <param name="source">Where they come from, for the errors.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ModelSigningException"><see cref="FormatErrors.TensorIndexInvalid"/>, <see cref="FormatErrors.TensorIndexTooLarge"/>.</exception>
    public static TensorIndex Read(ReadOnlyMemory<byte> utf8, string source, CancellationToken cancellationToken = default)
    {
        JsonSlice root = StrictJson.Read(utf8, source, Rules, cancellationToken);
        if (!root.TryGet("weight_map", out JsonSlice map) || map.Kind != JsonValueKind.Object)
        {
            throw Invalid(source, "it has no object 'weight_map'");
        }

        Dictionary<string, string> files = new(StringComparer.Ordinal);
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        foreach (JsonSliceMember member in map.Members)
        {
            string file = member.Value.Kind == JsonValueKind.String ? member.Value.Text() : "";
            if (!names.TryGetValue(file, out string? known))
            {
                known = IsPlainName(file) ? names[file] = file
                    : throw Invalid(source, $"the tensor '{member.Name}' is in '{file}', which is not the plain name of a file beside the index");
            }

            files.Add(member.Name, known);
        }

        root.TryGet("metadata", out JsonSlice metadata);
        return new(files, Number(metadata, "total_size"), Number(metadata, "total_parameters"), source);
    }

    /// <summary>Compares the index with what the shards have.</summary>
    /// <param name="shards">The tensors of each shard, by the shard's name.</param>
    /// <exception cref="ModelSigningException">
    /// <see cref="FormatErrors.TensorIndexInvalid"/>: a shard is missing, a tensor is in two of them, in another one than the index says, or in none.
    /// </exception>
    public void Require(IReadOnlyDictionary<string, IReadOnlyList<Tensor>> shards)
    {
        ArgumentNullException.ThrowIfNull(shards);
        HashSet<string> found = new(StringComparer.Ordinal);
        foreach (string shard in Shards)
        {
            foreach (Tensor tensor in shards.TryGetValue(shard, out IReadOnlyList<Tensor>? tensors) ? tensors : throw Invalid(Source, $"the shard '{shard}' is missing"))
            {
                if (!Files.TryGetValue(tensor.Name, out string? file) || file != shard)
                {
                    throw Invalid(Source, file is null ? $"the tensor '{tensor.Name}' of '{shard}' is not in the index"
                        : $"the tensor '{tensor.Name}' is in '{shard}' and not only in '{file}'");
                }

                found.Add(tensor.Name);
            }
        }

        if (Files.Keys.FirstOrDefault(name => !found.Contains(name)) is { } missing)
        {
            throw Invalid(Source, $"the tensor '{missing}' is not in '{Files[missing]}'");
        }
    }

    private static bool IsPlainName(string file) => file.Length > 0 && file is not ("." or "..") && file.AsSpan().IndexOfAny("/\\:\0") < 0;

    private static string? Number(JsonSlice metadata, string name) =>
        metadata.TryGet(name, out JsonSlice value) && value.Kind == JsonValueKind.Number ? System.Text.Encoding.UTF8.GetString(value.Utf8.Span) : null;

    private static ModelSigningException Invalid(string source, string reason) =>
        FormatErrors.TensorIndexInvalid.At(Invariant($"The index '{source}' is not valid: {reason}."), source);
}
