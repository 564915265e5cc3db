using System.Globalization;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Cards;

/// <summary>What the configurations of transformers and PEFT say, by their members.</summary>
internal static class ConfigurationStatements
{
    private const int MostGeneration = 256;

    // The longest text under the names that architectures give it; a model of several kinds of input has that of its texts in an object of its own.
    private static readonly string[] ContextLengths = ["max_position_embeddings", "n_positions", "n_ctx", "max_sequence_length", "seq_length", "max_seq_len"];
    private static readonly string[] TextConfigurations = ["text_config", "llm_config", "language_config"];

    private static readonly string[] DataTypeNames = ["dtype", "torch_dtype"];

    // Loaders write the types of tensors as torch does, headers as the format does.
    private static readonly Dictionary<string, string> DataTypes = new(StringComparer.Ordinal)
    {
        ["float16"] = "F16",
        ["half"] = "F16",
        ["bfloat16"] = "BF16",
        ["float32"] = "F32",
        ["float"] = "F32",
        ["float64"] = "F64",
        ["float8_e4m3fn"] = "F8_E4M3",
        ["float8_e5m2"] = "F8_E5M2",
    };

    // What transformers writes where there is no limit: int(1e30) and its like.
    private const long NoLimit = 1_000_000_000;

    public static void OfConfig(JsonSlice config, string file, List<CardStatement> statements)
    {
        statements.Say(CardProperty.Architecture, file, "architectures", config.Scalars("architectures"));
        statements.Say(CardProperty.ModelType, file, "model_type", config.Scalar("model_type"));
        (string Path, JsonSlice Value)[] places =
        [
            ("", config), .. TextConfigurations.Where(name => config.TryGet(name, out _)).Select(name => (name + ".", Member(config, name))),
        ];
        if (places.SelectMany(place => ContextLengths.Select(name => (Key: place.Path + name, Value: place.Value.Scalar(name)))).FirstOrDefault(found => found.Value is not null) is { Value: not null } length)
        {
            statements.Say(CardProperty.ContextLength, file, length.Key, length.Value);
        }

        bool isQuantized = config.TryGet("quantization_config", out JsonSlice quantization) && quantization.Kind == System.Text.Json.JsonValueKind.Object;
        if (isQuantized)
        {
            statements.Say(CardProperty.Quantization, file, "quantization_config", Quantization(quantization));
        }
        else if (places.SelectMany(place => DataTypeNames.Select(name => (Key: place.Path + name, Value: place.Value.Scalar(name)))).FirstOrDefault(found => found.Value is not null) is { Value: { } type } found)
        {
            statements.Say(CardProperty.DataType, file, found.Key, DataTypes.GetValueOrDefault(type, type));
        }
    }

    public static void OfAdapter(JsonSlice adapter, string file, List<CardStatement> statements)
    {
        statements.Say(CardProperty.BaseModels, file, "base_model_name_or_path", CardValues.Repository(adapter.Scalar("base_model_name_or_path")));
        if (adapter.Scalar("peft_type") is { } kind)
        {
            statements.Say(CardProperty.AdapterType, file, "peft_type", kind);
            statements.Say(CardProperty.BaseModelRelation, file, "peft_type", "adapter");
        }
    }

    public static SortedDictionary<string, string> OfGeneration(JsonSlice generation)
    {
        SortedDictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (JsonSliceMember member in generation.Members)
        {
            if (values.Count < MostGeneration && member.Value.Scalar() is { } value)
            {
                values[member.Name] = value;
            }
        }

        return values;
    }

    /// <returns>Whether it has a template of conversations.</returns>
    public static bool OfTokenizer(JsonSlice tokenizer, string file, List<CardStatement> statements)
    {
        statements.Say(CardProperty.Tokenizer, file, "tokenizer_class", tokenizer.Scalar("tokenizer_class"));
        if (tokenizer.Scalar("model_max_length") is { } text && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long most) && most < NoLimit)
        {
            statements.Say(CardProperty.ContextLength, file, "model_max_length", text);
        }

        return tokenizer.TryGet("chat_template", out JsonSlice template) && template.Kind is System.Text.Json.JsonValueKind.String or System.Text.Json.JsonValueKind.Array;
    }

    private static JsonSlice Member(JsonSlice value, string name) => value.TryGet(name, out JsonSlice member) ? member : default;

    private static string Quantization(JsonSlice quantization)
    {
        string method = quantization.Scalar("quant_method") ?? (quantization.Scalar("load_in_4bit") == "true" || quantization.Scalar("load_in_8bit") == "true" ? "bitsandbytes" : "unknown");
        string? bits = quantization.Scalar("bits") ?? (quantization.Scalar("load_in_4bit") == "true" ? "4" : quantization.Scalar("load_in_8bit") == "true" ? "8" : null);
        return bits is null ? method : $"{method} {bits} bit";
    }
}
