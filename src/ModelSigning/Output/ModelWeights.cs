using ModelSigning.Core.Cards;

namespace ModelSigning;

/// <summary>Files with tensors that belong together: one, or the shards of one.</summary>
public sealed class ModelWeights
{
    internal ModelWeights(CardWeights weights)
    {
        File = weights.File;
        Format = weights.Format;
        FileCount = weights.FileCount;
        Parameters = weights.Parameters;
        TensorBytes = weights.Bytes;
        TensorTypes = [.. weights.Types.Select(type => new ModelTensorType(type))];
        Quantization = weights.Quantization;
    }

    /// <summary>The file, relative to the model; of shards the first one.</summary>
    public string File { get; }

    /// <summary><c>safetensors</c> or <c>GGUF</c>.</summary>
    public string Format { get; }

    /// <summary>The number of files.</summary>
    public int FileCount { get; }

    /// <summary>How many numbers the tensors have.</summary>
    public long Parameters { get; }

    /// <summary>How many bytes the tensors have.</summary>
    public long TensorBytes { get; }

    /// <summary>The types of the tensors, those with most bytes first.</summary>
    public ModelTensorType[] TensorTypes { get; }

    /// <summary>The quantization that a GGUF file names, such as <c>Q4_K_M</c>; null if it names none.</summary>
    public string? Quantization { get; }

    /// <inheritdoc/>
    public override string ToString() => Printable.Of($"{File}: {string.Join(", ", TensorTypes.Select(type => type.ToString()))}");
}

/// <summary>The tensors of one type.</summary>
public sealed class ModelTensorType
{
    internal ModelTensorType(CardTensorType type) => (Type, Tensors, Parameters, TensorBytes) = (type.Type, type.Tensors, type.Parameters, type.Bytes);

    /// <summary>The type, as the format names it: <c>BF16</c>, <c>Q4_K</c>.</summary>
    public string Type { get; }

    /// <summary>How many tensors have it.</summary>
    public long Tensors { get; }

    /// <summary>How many numbers they have.</summary>
    public long Parameters { get; }

    /// <summary>How many bytes they have.</summary>
    public long TensorBytes { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Type} {Quantity.Size(TensorBytes)}";
}

/// <summary>One evaluation that a model card lists.</summary>
public sealed class ModelEvaluation
{
    internal ModelEvaluation(CardEvaluation evaluation) => (Task, Dataset, Metric, Value) = (evaluation.Task, evaluation.Dataset, evaluation.Metric, evaluation.Value);

    /// <summary>The task; null when the card does not say.</summary>
    public string? Task { get; }

    /// <summary>What it was measured on; null when the card does not say.</summary>
    public string? Dataset { get; }

    /// <summary>What was measured.</summary>
    public string Metric { get; }

    /// <summary>The result, as the card writes it.</summary>
    public string Value { get; }

    /// <inheritdoc/>
    public override string ToString() => Printable.Of($"{Metric} {Value}{(Dataset is null ? "" : $" on {Dataset}")}");
}
