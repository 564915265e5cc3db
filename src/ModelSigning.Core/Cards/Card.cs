using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Cards;

/// <summary>What a model's files say about the model, each statement with the file that makes it. Files that do not agree are all listed.</summary>
internal sealed class Card
{
    internal Card(IReadOnlyList<CardStatement> statements, IReadOnlyList<CardWeights> weights, IReadOnlyList<ModelSigningException> refusals)
    {
        Statements = statements;
        Weights = weights;
        Refusals = refusals;
        Conflicts = [.. statements.GroupBy(one => one.Property).Where(DoNotAgree).OrderBy(group => group.Key)
            .Select(group => new CardConflict(group.Key, [.. group]))];
    }

    /// <summary>What the files say, those that decide first: the card, configurations, headers of weights, indexes.</summary>
    public IReadOnlyList<CardStatement> Statements { get; }

    /// <summary>The files with tensors, shards together.</summary>
    public IReadOnlyList<CardWeights> Weights { get; }

    /// <summary>What several files say differently.</summary>
    public IReadOnlyList<CardConflict> Conflicts { get; }

    /// <summary>The types of the tensors that loaders take first: those of the first weights at the model's root, else of all weights.</summary>
    public IReadOnlyList<CardTensorType> MainTypes =>
        Weights.FirstOrDefault(one => one.Folder.Length == 0)?.Types
        ?? [.. Weights.SelectMany(one => one.Types).GroupBy(type => type.Type, StringComparer.Ordinal).Select(group => group.Aggregate(CardTensorType.Add))
            .OrderByDescending(type => type.Bytes).ThenBy(type => type.Type, StringComparer.Ordinal)];

    /// <summary>The evaluations that the card lists (<c>model-index</c>).</summary>
    public IReadOnlyList<CardEvaluation> Evaluations { get; internal init; } = [];

    /// <summary>How the model generates unless it is told otherwise (<c>generation_config.json</c>), by name.</summary>
    public IReadOnlyDictionary<string, string> Generation { get; internal init; } = new Dictionary<string, string>();

    /// <summary>Whether the model has a template of conversations.</summary>
    public bool HasChatTemplate { get; internal init; }

    /// <summary>Why files that belong to the card could not be read; the error's target is the file.</summary>
    public IReadOnlyList<ModelSigningException> Refusals { get; }

    /// <summary>The files that were read, sorted by name.</summary>
    public IReadOnlyList<string> Files { get; internal init; } = [];

    /// <summary>What the first file that says anything about it says; empty where none does.</summary>
    public IReadOnlyList<string> Values(CardProperty property) => Statements.FirstOrDefault(one => one.Property == property)?.Values ?? [];

    /// <summary>The one value of a property that has one; null where no file says it.</summary>
    public string? Value(CardProperty property) => Values(property) is [{ } first, ..] ? first : null;

    private static bool DoNotAgree(IEnumerable<CardStatement> statements) =>
        statements.Select(one => one.Values.ToHashSet(StringComparer.OrdinalIgnoreCase)).ToArray() is [var first, .. var others] && !others.All(first.SetEquals);
}

/// <summary>What a card can say about a model.</summary>
internal enum CardProperty
{
    /// <summary>Not known.</summary>
    Unknown,

    /// <summary>The model's name.</summary>
    Name,

    /// <summary>The licence's identifier, as Hugging Face writes it.</summary>
    License,

    /// <summary>The name of a licence that has no identifier.</summary>
    LicenseName,

    /// <summary>Where the licence's text is.</summary>
    LicenseLink,

    /// <summary>What the model was made from.</summary>
    BaseModels,

    /// <summary>How: <c>finetune</c>, <c>adapter</c>, <c>quantized</c>, <c>merge</c>.</summary>
    BaseModelRelation,

    /// <summary>What it was trained on.</summary>
    Datasets,

    /// <summary>The languages of its texts.</summary>
    Languages,

    /// <summary>Its publisher's keywords.</summary>
    Tags,

    /// <summary>What it is for, such as <c>text-generation</c>.</summary>
    Task,

    /// <summary>The library that loads it.</summary>
    Library,

    /// <summary>The class that a loader makes of it.</summary>
    Architecture,

    /// <summary>The family of its architecture.</summary>
    ModelType,

    /// <summary>How many numbers its tensors have.</summary>
    Parameters,

    /// <summary>How many bytes its tensors have.</summary>
    TensorBytes,

    /// <summary>The type of most of its tensors' bytes.</summary>
    DataType,

    /// <summary>The longest text that it takes, in tokens.</summary>
    ContextLength,

    /// <summary>How its numbers were made smaller.</summary>
    Quantization,

    /// <summary>The class of its tokenizer.</summary>
    Tokenizer,

    /// <summary>The kind of adapter that it is.</summary>
    AdapterType,
}

/// <summary>What one file says about a model.</summary>
/// <param name="Property">What it is about.</param>
/// <param name="File">The file, relative to the model; of shards the first one.</param>
/// <param name="Key">Where in the file.</param>
/// <param name="Values">What it says; addresses of repositories on huggingface.co are shortened to OWNER/NAME.</param>
internal sealed record CardStatement(CardProperty Property, string File, string Key, IReadOnlyList<string> Values);

/// <summary>What files say differently about a model.</summary>
/// <param name="Property">What it is about.</param>
/// <param name="Statements">What each says, the one that decides first.</param>
internal sealed record CardConflict(CardProperty Property, IReadOnlyList<CardStatement> Statements);

/// <summary>Files with tensors that belong together: one, or the shards of one.</summary>
/// <param name="File">The file, relative to the model; of shards the first one.</param>
/// <param name="Format">safetensors or GGUF.</param>
/// <param name="FileCount">How many files they are.</param>
/// <param name="Types">The types of the tensors, those with most bytes first.</param>
internal sealed record CardWeights(string File, string Format, int FileCount, IReadOnlyList<CardTensorType> Types)
{
    /// <summary>How many numbers the tensors have.</summary>
    public long Parameters { get; } = Types.Aggregate(0L, (sum, type) => CardTensorType.Add(sum, type.Parameters));

    /// <summary>How many bytes the tensors have.</summary>
    public long Bytes { get; } = Types.Aggregate(0L, (sum, type) => CardTensorType.Add(sum, type.Bytes));

    /// <summary>How the file says that it is quantized; null where it does not.</summary>
    public string? Quantization { get; init; }

    /// <summary>The folder that the file is in, with a <c>/</c> at its end; empty for the model's root.</summary>
    internal string Folder => File[..(File.LastIndexOf('/') + 1)];
}

/// <summary>The tensors of one type.</summary>
/// <param name="Type">The type, as the format names it.</param>
/// <param name="Tensors">How many there are.</param>
/// <param name="Parameters">How many numbers they have.</param>
/// <param name="Bytes">How many bytes they have.</param>
internal sealed record CardTensorType(string Type, long Tensors, long Parameters, long Bytes)
{
    internal static CardTensorType Add(CardTensorType left, CardTensorType right) =>
        new(left.Type, left.Tensors + right.Tensors, Add(left.Parameters, right.Parameters), Add(left.Bytes, right.Bytes));

    // Sparse files can announce more bytes than fit a number.
    internal static long Add(long left, long right) => left > long.MaxValue - right ? long.MaxValue : left + right;
}

/// <summary>One result of <c>model-index</c>.</summary>
/// <param name="Task">The task.</param>
/// <param name="Dataset">What it was measured on.</param>
/// <param name="Metric">What was measured.</param>
/// <param name="Value">The result, as the card writes it.</param>
internal sealed record CardEvaluation(string? Task, string? Dataset, string Metric, string Value);
