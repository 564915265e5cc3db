using System.Globalization;

namespace ModelSigning;

/// <summary>One tensor of a model, with the digest of its bytes.</summary>
public sealed class ModelTensor
{
    internal ModelTensor(string name, string weights, string file, string modelPath) => (Name, Weights, File, ModelPath) = (name, weights, file, modelPath);

    /// <summary>The name, as its file writes it.</summary>
    public string Name { get; }

    /// <summary>The type of an element, as the format names it: <c>BF16</c>, <c>F8_E4M3</c>, <c>Q4_K</c>.</summary>
    public string Type { get; internal init; } = "";

    /// <summary>The lengths of the dimensions, the slowest first, such as <c>[4096,11008]</c>; <c>[]</c> for a single value.</summary>
    public string Shape { get; internal init; } = "[]";

    /// <summary>The length of its data in bytes.</summary>
    public long Length { get; internal init; }

    /// <summary>The digest algorithm: <c>sha256</c>, <c>blake2b</c> or <c>blake3</c>.</summary>
    public string Algorithm { get; internal init; } = "";

    /// <summary>The digest of its bytes as they lie in the file, in lower-case hexadecimal digits: 64, for blake2b 128.</summary>
    public string Digest { get; internal init; } = "";

    /// <summary>The file that it lies in, relative to the model, with <c>/</c> between its components.</summary>
    public string File { get; }

    /// <summary>The weights that it is a part of: its file, or all shards together, such as <c>model.safetensors</c>.</summary>
    public string Weights { get; }

    /// <summary>The model: a full path.</summary>
    public string ModelPath { get; }

    /// <summary>Where the model lies: <c>Folder</c>, or the store that -Source named.</summary>
    public string Source { get; internal init; } = "";

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The text of a shape.</summary>
    internal static string ShapeText(IEnumerable<long> shape) => $"[{string.Join(',', shape.Select(length => length.ToString(CultureInfo.InvariantCulture)))}]";
}
