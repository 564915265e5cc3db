namespace ModelSigning.Core.Content;

/// <summary>Tells by the name of a member, and by where it stands, whether its text names a model, or a part of one, that loaders fetch or open.</summary>
internal static class ModelMembers
{
    private const string NameOrPath = "name_or_path";

    // Of libraries whose members do not end alike.
    private static readonly HashSet<string> Parts = new(StringComparer.Ordinal)
    {
        "hf_model_name", "hf_tokenizer_name", "t5_model_name", "vlm_model_name", "repo_or_path", "repo_path", "passages_path", "index_path", "speech_encoder",
        "pretrained_llm", "pretrained_asr", "pretrained_audio_codec", "pretrained_backbone_weights",
    };

    // Names that mean this in one file alone, and something else in others: there a text for people, or where a model was trained from.
    private static readonly HashSet<(string File, string Name)> PartsOfFile =
    [
        ("modular_model_index.json", "repo"),
        ("gliner_config.json", "model_name"), ("gliner_config.json", "labels_encoder"), ("gliner_config.json", "labels_decoder"),
        ("policy_preprocessor.json", "tokenizer_name"), ("policy_postprocessor.json", "tokenizer_name"),
    ];

    /// <summary>What a member names.</summary>
    /// <param name="file">The file's name, without its folder.</param>
    /// <param name="holder">The name of the member whose value the object is; empty for the root.</param>
    /// <param name="name">The member's name.</param>
    /// <returns><see cref="ReferenceKind.BaseModel"/> for weights that the model is loaded with, otherwise <see cref="ReferenceKind.Component"/>; null where it names none.</returns>
    public static ReferenceKind? KindOf(string file, string holder, string name) =>
        name == "base_model_name_or_path" || name.EndsWith("_model_id", StringComparison.Ordinal) || (name == NameOrPath && holder == "verifier") ? ReferenceKind.BaseModel
        : (name.EndsWith(NameOrPath, StringComparison.Ordinal) && !IsNote(file, holder, name)) || IsTower(name) || Parts.Contains(name) || PartsOfFile.Contains((file, name)) ? ReferenceKind.Component
        : null;

    // Where a model was saved or loaded from when it was made. Loaders put their own path in its place before anything reads it.
    private static bool IsNote(string file, string holder, string name) => name switch
    {
        "_name_or_path" => true,
        NameOrPath => holder == "" && file is "config.json" or "tokenizer_config.json",
        "model_name_or_path" => holder == "quantization_config" || (holder == "" && file == "quantize_config.json"),
        _ => false,
    };

    private static bool IsTower(string name) => name.EndsWith("_tower", StringComparison.Ordinal) || name.EndsWith("_tower_aux_list", StringComparison.Ordinal);
}
