namespace ModelSigning.Core.Cards;

/// <summary>A value of a YAML document. Scalars are text as it is written: nothing becomes a number, a date or a truth value.</summary>
/// <param name="Size">How many values it has with all that is in it, each alias counted as what it repeats.</param>
internal abstract record YamlNode(long Size);

/// <summary>A text.</summary>
/// <param name="Text">The text; null for a value that is left out or written as null.</param>
internal sealed record YamlScalar(string? Text) : YamlNode(1);

/// <summary>A list.</summary>
internal sealed record YamlSequence(IReadOnlyList<YamlNode> Items, long Size) : YamlNode(Size);

/// <summary>Values by name.</summary>
internal sealed record YamlMapping(IReadOnlyDictionary<string, YamlNode> Members, long Size) : YamlNode(Size)
{
    /// <summary>A member; null without it.</summary>
    public YamlNode? this[string name] => Members.GetValueOrDefault(name);

    /// <summary>The text of a member that is a scalar; null otherwise.</summary>
    public string? Text(string name) => (this[name] as YamlScalar)?.Text;

    /// <summary>The texts of a member that is a scalar or a list of scalars.</summary>
    public IReadOnlyList<string> Texts(string name) => this[name] switch
    {
        YamlScalar { Text: { } text } => [text],
        YamlSequence list => [.. list.Items.OfType<YamlScalar>().Select(item => item.Text).OfType<string>()],
        _ => [],
    };
}
