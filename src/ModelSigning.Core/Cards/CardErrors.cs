using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Cards;

/// <summary>The refusals of model cards.</summary>
internal static class CardErrors
{
    /// <summary>Front matter that is not what is read.</summary>
    public static readonly ErrorDefinition FrontMatterInvalid = new("FrontMatterInvalid", ErrorKind.InvalidData,
        "The front matter of a model card is not valid YAML, has a key twice, ends in different places for different tools, has a base model that is not a text, or uses tags, merge keys or several documents, which are not supported.",
        "Ask the publisher for a valid card. Use -Detailed to see what the other files say.");

    /// <summary>Front matter beyond the bounds.</summary>
    public static readonly ErrorDefinition FrontMatterTooLarge = new("FrontMatterTooLarge", ErrorKind.LimitsExceeded,
        "The front matter of a model card is longer than 1 MiB, has more than 200,000 values with its aliases resolved, or more than 32 levels.",
        "Ask the publisher for a smaller card. Use -Detailed to see what the other files say.");

    /// <summary>An alias that stands inside what it repeats.</summary>
    public static readonly ErrorDefinition FrontMatterCyclic = new("FrontMatterCyclic", ErrorKind.InvalidData,
        "The front matter of a model card has an alias that refers to something that contains it, or to nothing.",
        "Ask the publisher for a valid card. Use -Detailed to see what the other files say.");

    /// <summary>A configuration that cannot be read.</summary>
    public static readonly ErrorDefinition ConfigurationInvalid = new("ConfigurationInvalid", ErrorKind.InvalidData,
        "A configuration of a model is not valid JSON, has a member twice, or is not a JSON object.",
        "Ask the publisher for a valid file. Use -Detailed to see what the other files say.");

    /// <summary>A configuration beyond the bounds.</summary>
    public static readonly ErrorDefinition ConfigurationTooLarge = new("ConfigurationTooLarge", ErrorKind.LimitsExceeded,
        "A file that the model card needs is too long: the limit is 2 MiB for a configuration, and 32 MiB for a header or an index.",
        "Use -Detailed to see what the other files say.");

    /// <summary>A file of a card whose bytes were not kept while they were hashed.</summary>
    public static readonly ErrorDefinition CardFileNotKept = new("CardFileNotKept", ErrorKind.ReadError,
        "A file that the model card needs was not kept: it is packed in a layer, it changed, or all such files together exceed 256 MiB.",
        "Use -Detailed to see what the other files say.");
}
