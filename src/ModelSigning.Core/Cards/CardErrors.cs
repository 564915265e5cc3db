using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Cards;

/// <summary>The refusals of model cards.</summary>
internal static class CardErrors
{
    /// <summary>Front matter that is not what is read.</summary>
    public static readonly ErrorDefinition FrontMatterInvalid = new("FrontMatterInvalid", ErrorKind.InvalidData,
        "The front matter of a model card is not valid YAML, ends in different places for different tools, or has a base model that is not a text. Tags, merge keys and several documents are not supported.",
        "Ask the publisher for a valid card. Use -Detailed to see what the other files say.");

    /// <summary>Front matter with two values for one key.</summary>
    public static readonly ErrorDefinition FrontMatterKeyTwice = new("FrontMatterKeyTwice", ErrorKind.InvalidData,
        "The front matter of a model card has a key twice. Some programs take the first value, and others the last.",
        "Ask the publisher which value is meant. Use -Detailed to see what the other files say.");

    /// <summary>Front matter that is too long.</summary>
    public static readonly ErrorDefinition FrontMatterTooLarge = new("FrontMatterTooLarge", ErrorKind.LimitsExceeded,
        "The front matter of a model card does not end within 1 MiB.",
        "Ask the publisher for a card with shorter front matter. Use -Detailed to see what the other files say.");

    /// <summary>Front matter that grows when it is read.</summary>
    public static readonly ErrorDefinition FrontMatterBomb = new("FrontMatterBomb", ErrorKind.LimitsExceeded,
        "The front matter of a model card has more than 200,000 values with its aliases resolved, or more than 32 levels. It can exhaust the memory of programs that read it.",
        "Do not load the card with other programs. No genuine card is like this: ask the publisher.");

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
