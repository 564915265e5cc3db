namespace ModelSigning;

/// <summary>
/// Text from outside, for a terminal: control characters, which could move the cursor or rewrite lines, become the replacement character.
/// </summary>
internal static class Printable
{
    internal static string Of(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(character => char.IsControl(character) ? '\uFFFD' : character))
        : text;
}
