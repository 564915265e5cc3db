using System.Globalization;
using ModelSigning.Core.Cards;

namespace ModelSigning;

/// <summary>What a model's files say about it. Texts are as the files have them; the views show them harmlessly.</summary>
public sealed class ModelCard
{
    private ModelCard(string path) => Path = path;

    /// <summary>The model: a full path.</summary>
    public string Path { get; }

    /// <summary>Whether every byte that the card was made of is one that was signed and verified.</summary>
    public bool Verified { get; private init; }

    /// <summary>Who signed the model; null for a card that is not verified.</summary>
    public string? Signer { get; private init; }

    /// <summary>The confirmed signing time, in UTC; null if no time is confirmed or the card is not verified.</summary>
    public DateTimeOffset? SignedTime { get; private init; }

    /// <summary>The signed root digest, as <c>sha256:hex</c>; null for a card that is not verified.</summary>
    public string? RootDigest { get; private init; }

    /// <summary>The model's pin; null for a card that is not verified.</summary>
    public string? ModelPin { get; private init; }

    /// <summary>The name that the card or the weights give the model.</summary>
    public string? Name { get; private init; }

    /// <summary>The licence, by its identifier on Hugging Face such as <c>apache-2.0</c>; several are separated by commas.</summary>
    public string? License { get; private init; }

    /// <summary>The name of a licence without an identifier.</summary>
    public string? LicenseName { get; private init; }

    /// <summary>Where the licence's text is: a file of the model or an address.</summary>
    public string? LicenseLink { get; private init; }

    /// <summary>What the model was made from: OWNER/NAME of repositories, or as the files write it.</summary>
    public string[] BaseModels { get; private init; } = [];

    /// <summary>How the model was made from the base models: <c>finetune</c>, <c>adapter</c>, <c>quantized</c> or <c>merge</c>, as the files write it.</summary>
    public string? BaseModelRelation { get; private init; }

    /// <summary>The datasets that it was trained on.</summary>
    public string[] Datasets { get; private init; } = [];

    /// <summary>The languages of its texts.</summary>
    public string[] Languages { get; private init; } = [];

    /// <summary>The publisher's keywords.</summary>
    public string[] Tags { get; private init; } = [];

    /// <summary>The model's task, such as <c>text-generation</c>.</summary>
    public string? Task { get; private init; }

    /// <summary>The library that loads the model.</summary>
    public string? Library { get; private init; }

    /// <summary>The class that a loader creates for it, such as <c>LlamaForCausalLM</c>.</summary>
    public string? Architecture { get; private init; }

    /// <summary>The family of its architecture, such as <c>llama</c>.</summary>
    public string? ModelType { get; private init; }

    /// <summary>How many numbers the tensors have, counted in the headers of the weights at the model's root. Packed weights have fewer than the model has parameters.</summary>
    public long? Parameters { get; private init; }

    /// <summary>How many bytes these tensors have.</summary>
    public long? TensorBytes { get; private init; }

    /// <summary>The types of these tensors, those with most bytes first; of all weights where none are at the root.</summary>
    public ModelTensorType[] TensorTypes { get; private init; } = [];

    /// <summary>The type that the model computes with, according to <c>config.json</c>; otherwise the type of most of its bytes.</summary>
    public string? DataType { get; private init; }

    /// <summary>The longest text that the model accepts, in tokens.</summary>
    public long? ContextLength { get; private init; }

    /// <summary>The model's quantization; null if no file names one.</summary>
    public string? Quantization { get; private init; }

    /// <summary>The class or kind of its tokenizer.</summary>
    public string? Tokenizer { get; private init; }

    /// <summary>Whether the model has a chat template.</summary>
    public bool HasChatTemplate { get; private init; }

    /// <summary>The kind of adapter, such as <c>LORA</c>.</summary>
    public string? AdapterType { get; private init; }

    /// <summary>The default settings for generation, by their names in <c>generation_config.json</c>.</summary>
    public IReadOnlyDictionary<string, string> Generation { get; private init; } = new Dictionary<string, string>();

    /// <summary>The evaluations that the card lists.</summary>
    public ModelEvaluation[] Evaluations { get; private init; } = [];

    /// <summary>The files with tensors, shards together.</summary>
    public ModelWeights[] Weights { get; private init; } = [];

    /// <summary>Which file says what. The properties above use the first of them.</summary>
    public ModelCardStatement[] Statements { get; private init; } = [];

    /// <summary>What several files say differently.</summary>
    public ModelCardConflict[] Conflicts { get; private init; } = [];

    /// <summary>The files that the card was made of.</summary>
    public string[] Files { get; private init; } = [];

    /// <summary>The files that belong to a card and could not be read, each with the reason, as text for display.</summary>
    public string[] UnreadFiles { get; private init; } = [];

    internal static ModelCard Of(Card card, string path, ModelSignatureResult? verified) => new(path)
    {
        Verified = verified is not null,
        Signer = verified?.Signer,
        SignedTime = verified?.SignedTime,
        RootDigest = verified?.RootDigest,
        ModelPin = verified?.ModelPin,
        Name = card.Value(CardProperty.Name),
        License = card.Values(CardProperty.License) is { Count: > 0 } licenses ? string.Join(", ", licenses) : null,
        LicenseName = card.Value(CardProperty.LicenseName),
        LicenseLink = card.Value(CardProperty.LicenseLink),
        BaseModels = [.. card.Values(CardProperty.BaseModels)],
        BaseModelRelation = card.Value(CardProperty.BaseModelRelation),
        Datasets = [.. card.Values(CardProperty.Datasets)],
        Languages = [.. card.Values(CardProperty.Languages)],
        Tags = [.. card.Values(CardProperty.Tags)],
        Task = card.Value(CardProperty.Task),
        Library = card.Value(CardProperty.Library),
        Architecture = card.Value(CardProperty.Architecture),
        ModelType = card.Value(CardProperty.ModelType),
        Parameters = Number(card, CardProperty.Parameters),
        TensorBytes = Number(card, CardProperty.TensorBytes),
        TensorTypes = [.. card.MainTypes.Select(type => new ModelTensorType(type))],
        DataType = card.Value(CardProperty.DataType),
        ContextLength = Number(card, CardProperty.ContextLength),
        Quantization = card.Value(CardProperty.Quantization),
        Tokenizer = card.Value(CardProperty.Tokenizer),
        HasChatTemplate = card.HasChatTemplate,
        AdapterType = card.Value(CardProperty.AdapterType),
        Generation = card.Generation,
        Evaluations = [.. card.Evaluations.Select(one => new ModelEvaluation(one))],
        Weights = [.. card.Weights.Select(one => new ModelWeights(one))],
        Statements = [.. card.Statements.Select(one => new ModelCardStatement(one))],
        Conflicts = [.. card.Conflicts.Select(one => new ModelCardConflict(one))],
        Files = [.. card.Files],
        UnreadFiles = [.. card.Refusals.Select(refusal => refusal.Message)],
    };

    private static long? Number(Card card, CardProperty property) =>
        long.TryParse(card.Value(property), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    /// <inheritdoc/>
    public override string ToString() => $"{(Verified ? "Verified" : "Not verified")}: {Path}";
}
