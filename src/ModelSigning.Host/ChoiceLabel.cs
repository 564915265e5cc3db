namespace ModelSigning.Host;

/// <summary>The label of a choice, such as <c>Yes to &amp;All</c>: the ampersand marks the letter that chooses it.</summary>
/// <param name="Key">The letter in upper case; the whole text when none is marked.</param>
/// <param name="Text">The label without its mark.</param>
internal sealed record ChoiceLabel(string Key, string Text)
{
    public static ChoiceLabel Parse(string label)
    {
        int mark = label.IndexOf('&', StringComparison.Ordinal);
        string text = mark < 0 ? label : label.Remove(mark, 1);
        return new ChoiceLabel(mark < 0 || mark == text.Length ? text : text[mark..(mark + 1)].ToUpperInvariant(), text);
    }

    /// <summary>Whether an answer names this choice, in any case.</summary>
    public bool IsNamedBy(string answer) =>
        answer.Equals(Key, StringComparison.OrdinalIgnoreCase) || answer.Equals(Text, StringComparison.OrdinalIgnoreCase);
}
