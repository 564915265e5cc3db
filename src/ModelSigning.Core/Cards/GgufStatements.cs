using System.Globalization;
using ModelSigning.Core.Formats;

namespace ModelSigning.Core.Cards;

/// <summary>What the metadata of a GGUF file says (ggml's <c>docs/gguf.md</c>).</summary>
internal static class GgufStatements
{
    private static readonly (CardProperty Property, string Key)[] Texts =
    [
        (CardProperty.Name, "general.name"), (CardProperty.License, "general.license"), (CardProperty.LicenseName, "general.license.name"),
        (CardProperty.LicenseLink, "general.license.link"), (CardProperty.ModelType, "general.architecture"),
        (CardProperty.Tokenizer, "tokenizer.ggml.model"),
    ];

    // llama.cpp's llama_ftype: how most tensors of a file were quantized.
    private static readonly Dictionary<ulong, string> FileTypes = new()
    {
        [2] = "Q4_0",
        [3] = "Q4_1",
        [7] = "Q8_0",
        [8] = "Q5_0",
        [9] = "Q5_1",
        [10] = "Q2_K",
        [11] = "Q3_K_S",
        [12] = "Q3_K_M",
        [13] = "Q3_K_L",
        [14] = "Q4_K_S",
        [15] = "Q4_K_M",
        [16] = "Q5_K_S",
        [17] = "Q5_K_M",
        [18] = "Q6_K",
        [19] = "IQ2_XXS",
        [20] = "IQ2_XS",
        [21] = "Q2_K_S",
        [22] = "IQ3_XS",
        [23] = "IQ3_XXS",
        [24] = "IQ1_S",
        [25] = "IQ4_NL",
        [26] = "IQ3_S",
        [27] = "IQ3_M",
        [28] = "IQ2_S",
        [29] = "IQ2_M",
        [30] = "IQ4_XS",
        [31] = "IQ1_M",
        [36] = "TQ1_0",
        [37] = "TQ2_0",
        [38] = "MXFP4_MOE",
    };

    public static void Of(IReadOnlyDictionary<string, GgufValue> metadata, string file, List<CardStatement> statements)
    {
        foreach ((CardProperty property, string key) in Texts)
        {
            statements.Say(property, file, key, Text(metadata, key));
        }

        statements.Say(CardProperty.Languages, file, "general.languages", Array(metadata, "general.languages"));
        statements.Say(CardProperty.Tags, file, "general.tags", Array(metadata, "general.tags"));
        BaseModels(metadata, file, statements);
        string?[] datasets = [.. Array(metadata, "general.datasets"), .. Named(metadata, "general.dataset")];
        statements.Say(CardProperty.Datasets, file, "general.datasets", [.. datasets.Select(CardValues.Dataset)]);
        if (Text(metadata, "general.architecture") is { } architecture)
        {
            string key = architecture + ".context_length";
            statements.Say(CardProperty.ContextLength, file, key, metadata.GetValueOrDefault(key)?.Value is ulong length ? length.ToString(CultureInfo.InvariantCulture) : null);
        }

        statements.Say(CardProperty.Quantization, file, "general.file_type", Quantization(metadata));
    }

    /// <summary>Says only what base models a file names.</summary>
    public static void BaseModels(IReadOnlyDictionary<string, GgufValue> metadata, string file, List<CardStatement> statements) =>
        statements.Say(CardProperty.BaseModels, file, "general.base_model", [.. Named(metadata, "general.base_model").Select(CardValues.Repository)]);

    /// <summary>How most of a file's tensors were quantized; null for a file that is not quantized or does not say.</summary>
    public static string? Quantization(IReadOnlyDictionary<string, GgufValue> metadata) =>
        metadata.GetValueOrDefault("general.file_type")?.Value is not ulong type || type is 0 or 1 or 32 ? null
        : FileTypes.GetValueOrDefault(type) ?? Invariant($"file type {type}");

    // Each is named by a repository, by an organization and a name, or by what else there is. The count may be missing or wrong, and there may be gaps: programs go by any of it.
    private static IEnumerable<string> Named(IReadOnlyDictionary<string, GgufValue> metadata, string key)
    {
        string start = key + ".";
        IEnumerable<string> all = metadata.Keys.Where(one => one.StartsWith(start, StringComparison.Ordinal)).Select(one => one[start.Length..].Split('.', 2)[0]).Distinct(StringComparer.Ordinal);
        foreach (string one in all.OrderBy(index => index.Length).ThenBy(index => index, StringComparer.Ordinal).Select(index => start + index))
        {
            string? name = Text(metadata, one + ".name");
            name = Text(metadata, one + ".repo_url") ?? (name is not null && Text(metadata, one + ".organization") is { } organization ? $"{organization}/{name}" : name)
                ?? Text(metadata, one + ".url") ?? Text(metadata, one + ".doi") ?? Text(metadata, one + ".uuid");
            if (name is not null)
            {
                yield return name;
            }
        }
    }

    // An empty text says nothing.
    private static string? Text(IReadOnlyDictionary<string, GgufValue> metadata, string key) => metadata.GetValueOrDefault(key)?.Value is string { Length: > 0 } text ? text : null;

    private static IReadOnlyList<string> Array(IReadOnlyDictionary<string, GgufValue> metadata, string key) =>
        metadata.GetValueOrDefault(key)?.Value is GgufArray { ElementType: "string" } array ? [.. array.First.OfType<string>()] : [];
}
